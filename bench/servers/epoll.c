//go:build ignore

// A minimal readiness loop in C: what one thread with epoll can do on this machine. It is the peer of
// Labbook's async. (The first line keeps the Go toolchain from treating this file as a part of the package.)
//
//	gcc -O2 -o epoll epoll.c && ./epoll 45000
#include "answer.h"
#include <fcntl.h>
#include <sys/epoll.h>

enum {
	MAX_EVENTS = 256,
	MAX_DESCRIPTORS = 1 << 16,
};

// What a connection costs besides its socket: the bytes of an incomplete request. Most requests arrive
// complete, so most connections keep nothing. The index is the descriptor. Pages of this table that no
// connection has touched cost no memory.
static struct connection {
	char *rest;
	unsigned size;
	bool watched; // whether it is registered with epoll
} connections[MAX_DESCRIPTORS];

// Every read goes here first, after what the connection has kept.
static char buffer[MAX_REQUEST + 64 * 1024];

static int epoll;

static void drop(int fd)
{
	free(connections[fd].rest);
	connections[fd] = (struct connection){0};
	close(fd); // this also removes it from epoll
}

// keep stores the start of an incomplete request, or frees what was stored if there is none.
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

// serve reads once and answers every complete request. If one read did not take everything, epoll, which
// is level-triggered, reports the connection again. That saves a second read, which would nearly always
// find nothing.
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

// accept_all accepts every waiting connection and serves it at once: its request has often arrived
// already, and a connection that is answered and closed need not be registered with epoll.
static void accept_all(int listener)
{
	for (;;) {
		int fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
		if (fd < 0 && passes(errno))
			continue;
		if (fd < 0)
			return; // EAGAIN, or no descriptor is left: epoll reports the listener again
		if (fd >= MAX_DESCRIPTORS) {
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
	struct epoll_event events[MAX_EVENTS] = {{.events = EPOLLIN, .data.fd = listener}};
	if (epoll_ctl(epoll, EPOLL_CTL_ADD, listener, events) < 0)
		fail("epoll_ctl");
	for (;;) {
		int n = epoll_wait(epoll, events, MAX_EVENTS, -1);
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
