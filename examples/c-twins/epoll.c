// A readiness loop on one thread: what Labbook's model async is, without the Go runtime.
//
//	cc -std=gnu11 -O2 -pthread -o epoll epoll.c && ./epoll 45000
#include "http.h"
#include <fcntl.h>
#include <sys/epoll.h>

enum { MAX_EVENTS = 256 };

// What a connection costs besides its socket: the bytes of an incomplete request. Most requests arrive
// complete, so most connections keep nothing. The index is the descriptor. Pages of this table that no
// connection has touched cost no memory.
static struct connection {
	char *rest;
	unsigned size;
	unsigned since; // when it was accepted or answered, or its incomplete request began; 0: not open
	bool watched;   // whether it is registered with epoll
} connections[MAX_DESCRIPTORS];

static int highest = -1; // descriptor that was ever used
static int open_now;     // connections
static bool accepting;   // the listener is registered with epoll

// Every read goes here first, after what the connection has kept.
static char buffer[MAX_REQUEST + 64 * 1024];

static int epoll;
static unsigned now; // seconds, as epoll last returned

static void accept_again(bool on)
{
	struct epoll_event event = {.events = EPOLLIN, .data.fd = listener};
	if (accepting != on && epoll_ctl(epoll, on ? EPOLL_CTL_ADD : EPOLL_CTL_DEL, listener, &event) < 0)
		fail("epoll_ctl");
	accepting = on;
}

static void drop(int fd)
{
	free(connections[fd].rest);
	connections[fd] = (struct connection){0};
	close(fd); // this also removes it from epoll
	open_now--;
	if (!accepting && !stopping)
		accept_again(true);
}

// keep stores the start of an incomplete request, or frees what was stored if there is none. It returns
// false without memory.
static bool keep(struct connection *c, size_t size)
{
	if (size == 0 && c->rest == NULL)
		return true;
	free(c->rest);
	c->rest = NULL;
	c->size = size;
	if (size == 0)
		return true;
	c->rest = malloc(size);
	if (c->rest != NULL)
		memcpy(c->rest, buffer, size);
	return c->rest != NULL;
}

// serve reads once and answers every complete request. If one read did not take everything, epoll, which
// is level-triggered, reports the connection again. That saves a second read, which would nearly always
// find nothing.
static void serve(int fd)
{
	struct connection *c = &connections[fd];
	if (c->size > 0)
		memcpy(buffer, c->rest, c->size);
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
		if (c->size == 0 || rest != (ssize_t)c->size + n)
			c->since = now;
		if (!keep(c, rest)) {
			drop(fd);
			return;
		}
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
static void accept_all(void)
{
	while (!stopping) {
		if (open_now == MAX_CONNECTIONS) {
			accept_again(false); // until one is dropped
			return;
		}
		int fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
		if (fd < 0 && full(errno)) {
			accept_again(false); // until one is dropped, or for a second
			return;
		}
		if (fd < 0 && errno != EAGAIN && passes(errno))
			continue;
		if (fd < 0)
			return; // none is waiting
		if (fd >= MAX_DESCRIPTORS) {
			close(fd);
			continue;
		}
		connections[fd].since = now;
		open_now++;
		if (fd > highest)
			highest = fd;
		serve(fd);
	}
}

// sweep closes connections that were idle, or whose request took, for too long. When the server stops, it
// closes all that are idle.
static void sweep(void)
{
	for (int fd = 0; fd <= highest; fd++) {
		struct connection *c = &connections[fd];
		unsigned limit = c->size > 0 ? REQUEST_SECONDS : IDLE_SECONDS;
		if (c->since > 0 && (now - c->since > limit || (stopping && c->size == 0)))
			drop(fd);
	}
}

int main(int argc, char **argv)
{
	listen_on(argc, argv);
	fcntl(listener, F_SETFL, O_NONBLOCK);
	epoll = epoll_create1(EPOLL_CLOEXEC);
	if (epoll < 0)
		fail("epoll_create1");
	accept_again(true);

	struct epoll_event events[MAX_EVENTS];
	unsigned swept = seconds(), stopped = 0;
	for (;;) {
		int n = epoll_wait(epoll, events, MAX_EVENTS, open_now > 0 || !accepting ? 1000 : -1);
		if (n < 0 && errno != EINTR)
			fail("epoll_wait");
		now = seconds();
		for (int i = 0; i < n; i++) {
			if (events[i].data.fd == listener)
				accept_all();
			else
				serve(events[i].data.fd);
		}
		if (stopping && stopped == 0) {
			accept_again(false);
			stopped = now;
			sweep();
		}
		if (stopping && (open_now == 0 || now - stopped > STOP_SECONDS))
			return 0;
		if (now != swept) {
			swept = now;
			sweep();
			if (!accepting && !stopping && open_now < MAX_CONNECTIONS)
				accept_again(true);
		}
	}
}
