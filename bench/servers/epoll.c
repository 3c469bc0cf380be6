//go:build ignore

// A minimal readiness loop in C: what one thread over epoll can do on this machine. It is the peer of
// Labbook's async. (The first line keeps the Go toolchain from taking this file for a part of the package.)
//
//	gcc -O2 -o epoll epoll.c && ./epoll 45000
#include "answer.h"
#include <fcntl.h>
#include <sys/epoll.h>

enum {
	MOST_EVENTS = 256,
	MOST_DESCRIPTORS = 1 << 16,
};

// What a connection costs beside its socket: the bytes of a request that has not come whole. Most
// requests come whole, so most connections keep nothing. The index is the descriptor; pages of this
// table that no connection touched cost no memory.
static struct connection {
	char *rest;
	unsigned size;
	bool watched; // whether epoll knows it
} connections[MOST_DESCRIPTORS];

// Every read goes here first, behind what the connection has kept.
static char buffer[MOST_REQUEST + 64 * 1024];

static int epoll;

static void drop(int fd)
{
	free(connections[fd].rest);
	connections[fd] = (struct connection){0};
	close(fd); // epoll forgets it by that
}

// keep holds on to the start of a request; with nothing to hold it frees what was held.
static void keep(struct connection *c, size_t size)
{
	if (size == 0 && c->rest == NULL)
		return;
	free(c->rest);
	*c = (struct connection){.size = size, .watched = c->watched};
	if (size > 0) {
		c->rest = malloc(size);
		if (c->rest == NULL)
			fail("malloc");
		memcpy(c->rest, buffer, size);
	}
}

// serve reads once and answers what is complete. If more has come than one read took, epoll says so
// again, for it is level-triggered: that saves the second read, which would nearly always find nothing.
static void serve(int fd)
{
	struct connection *c = &connections[fd];
	memcpy(buffer, c->rest == NULL ? "" : c->rest, c->size);
	ssize_t n = recv(fd, buffer + c->size, sizeof buffer - c->size, 0);
	if (n == 0 || (n < 0 && errno != EAGAIN && errno != EINTR)) {
		drop(fd);
		return;
	}
	if (n > 0) {
		ssize_t rest = answer_all(fd, buffer, c->size + n);
		if (rest < 0) {
			drop(fd);
			return;
		}
		keep(c, rest);
	}
	if (c->watched)
		return;
	struct epoll_event event = {.events = EPOLLIN, .data.fd = fd};
	if (epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event) < 0)
		drop(fd);
	else
		c->watched = true;
}

// accept_all takes every connection that waits and serves it at once: its request is often there
// already, and one that is answered and closed never has to be made known to epoll.
static void accept_all(int listener)
{
	for (;;) {
		int fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
		if (fd < 0 && passes(errno))
			continue;
		if (fd < 0)
			return; // EAGAIN, or no descriptor is left: level-triggered, it is tried again
		if (fd >= MOST_DESCRIPTORS) {
			close(fd);
			continue;
		}
		no_delay(fd);
		serve(fd);
	}
}

int main(int argc, char **argv)
{
	int listener = listen_on(argc, argv);
	fcntl(listener, F_SETFL, O_NONBLOCK);
	epoll = epoll_create1(EPOLL_CLOEXEC);
	if (epoll < 0)
		fail("epoll_create1");
	struct epoll_event events[MOST_EVENTS] = {{.events = EPOLLIN, .data.fd = listener}};
	if (epoll_ctl(epoll, EPOLL_CTL_ADD, listener, events) < 0)
		fail("epoll_ctl");
	for (;;) {
		int n = epoll_wait(epoll, events, MOST_EVENTS, -1);
		if (n < 0 && errno != EINTR)
			fail("epoll_wait");
		for (int i = 0; i < n; i++) {
			if (events[i].data.fd == listener)
				accept_all(listener);
			else
				serve(events[i].data.fd);
		}
	}
}
