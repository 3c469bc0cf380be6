//go:build ignore

// limit is a load generator that does only what every load generator must do. It shows how fast one thread
// can be on this machine.
//
//	gcc -std=gnu11 -O2 -o limit limit.c && ./limit [-k] -n REQUESTS -c CONNECTIONS http://127.0.0.1:PORT/
//
// It has one epoll loop. It sends the request that ab sends, with -k on connections that stay open, otherwise
// on one connection per request. The first answer must be a 200 with a Content-Length; its size and its body
// are what all others must have. It counts and times nothing else: no time per request, no progress. It
// prints the requests, the seconds between the first connection and the last answer, and its CPU time.
// Anything unexpected is an error, and so are ten seconds without an event. (The first line keeps the Go
// toolchain from treating this file as a part of the package.)
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum {
	MAX_REQUESTS = 100 * 1000 * 1000,
	MAX_CONNECTIONS = 20 * 1000,
	MAX_ANSWER = 4096, // bytes
	MAX_EVENTS = 256,
	PATIENCE = 10 * 1000, // milliseconds
};

static struct connection {
	int fd;
	unsigned got;    // bytes of an incomplete answer, in rest
	char *rest;      // NULL until an answer arrives in pieces
	bool connecting; // its request has not been sent
	bool answered;   // it only has to end
} *connections;

static bool keep_alive;
static long requests, started, completed;

static struct sockaddr_in server = {.sin_family = AF_INET};
static char request[256];
static size_t request_size;

// The first answer. Every other has the same size, head included, and the same body.
static char first[MAX_ANSWER];
static size_t answer_size, head_size; // 0 until it has arrived

// Every read goes here, after what the connection has of its answer.
static char buffer[MAX_ANSWER + 1];

static int epoll;

// fail ends the program with the system's message for the last error.
static void fail(const char *doing)
{
	perror(doing);
	exit(1);
}

// refuse ends the program because of what the server did.
static void refuse(const char *what)
{
	fprintf(stderr, "request %ld of %ld: %s\n", completed + 1, requests, what);
	exit(1);
}

// watch asks for edges: epoll reports a connection once for all that arrived, and need not look again.
static void watch(struct connection *c, int operation, uint32_t events)
{
	struct epoll_event event = {.events = events | EPOLLRDHUP | EPOLLET, .data.ptr = c};
	if (epoll_ctl(epoll, operation, c->fd, &event) < 0)
		fail("epoll_ctl");
}

// ask sends the next request. On a new connection, that may have to wait.
static void ask(struct connection *c)
{
	ssize_t n = send(c->fd, request, request_size, MSG_NOSIGNAL);
	if (n == (ssize_t)request_size) {
		if (c->connecting)
			watch(c, EPOLL_CTL_MOD, EPOLLIN);
		c->connecting = false;
		return;
	}
	if (n >= 0)
		refuse("the socket took only a part of it");
	if (errno != EAGAIN)
		fail("send");
	if (!c->connecting)
		watch(c, EPOLL_CTL_MOD, EPOLLOUT);
	c->connecting = true;
}

static void connect_and_ask(struct connection *c)
{
	if (connect(c->fd, (struct sockaddr *)&server, sizeof server) < 0 && errno != EINPROGRESS)
		fail("connect");
	ask(c);
}

static void open_and_ask(struct connection *c)
{
	c->fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (c->fd < 0)
		fail("socket");
	watch(c, EPOLL_CTL_ADD, EPOLLIN);
	connect_and_ask(c);
}

// dissolve ends our half of a connection whose other half has ended, and returns whether the socket can make
// another connection. It can if the server's last acknowledgement is here, as it nearly always is within one
// machine. A new socket costs more.
static bool dissolve(int fd)
{
	struct sockaddr unspecified = {.sa_family = AF_UNSPEC}, peer;
	socklen_t size = sizeof peer;
	return shutdown(fd, SHUT_WR) == 0 && getpeername(fd, &peer, &size) < 0 && errno == ENOTCONN &&
	       connect(fd, &unspecified, sizeof unspecified) == 0;
}

// ended makes the next request after the server has ended the connection of the last.
static void ended(struct connection *c)
{
	c->answered = false;
	completed++;
	if (started == requests) {
		close(c->fd);
		return;
	}
	started++;
	if (dissolve(c->fd)) {
		connect_and_ask(c);
		return;
	}
	close(c->fd);
	open_and_ask(c);
}

// learn takes the first answer as the model of all others, if its head is complete.
static void learn(size_t size)
{
	buffer[size] = '\0';
	char *end = strstr(buffer, "\r\n\r\n");
	if (end == NULL) {
		if (size == MAX_ANSWER)
			refuse("the head of the answer is too long");
		return;
	}
	char *field = strcasestr(buffer, "\r\nContent-Length: ");
	if (field == NULL || field > end)
		refuse("the answer has no Content-Length");
	char *rest;
	long length = strtol(field + strlen("\r\nContent-Length: "), &rest, 10);
	if (*rest != '\r' || length < 0 || length > MAX_ANSWER)
		refuse("the Content-Length of the answer is malformed or too large");
	head_size = end + strlen("\r\n\r\n") - buffer;
	answer_size = head_size + length;
	if (answer_size > MAX_ANSWER)
		refuse("the answer is too long");
}

// check refuses an answer that is not as the first one, which must be a 200.
static void check(size_t size)
{
	if (size > answer_size)
		refuse("there is more than one answer");
	if (memcmp(buffer, "HTTP/1.", 7) != 0 || memcmp(buffer + 8, " 200 ", 5) != 0)
		refuse("the status of the answer is not 200");
	if (first[0] == '\0')
		memcpy(first, buffer, answer_size);
	if (memcmp(buffer + head_size, first + head_size, answer_size - head_size) != 0)
		refuse("the body of the answer is not that of the first one");
}

// keep stores the bytes of an incomplete answer.
static void keep(struct connection *c, size_t size)
{
	if (c->rest == NULL && (c->rest = malloc(MAX_ANSWER)) == NULL)
		fail("malloc");
	memcpy(c->rest, buffer, size);
	c->got = size;
}

// take reads once. There is room for more than an answer, so that takes all that has arrived. An answer that
// is not complete is awaited, if the server has not ended the connection.
static void take(struct connection *c, uint32_t events)
{
	if (c->got > 0)
		memcpy(buffer, c->rest, c->got);
	ssize_t n = recv(c->fd, buffer + c->got, MAX_ANSWER - c->got, 0);
	if (n < 0 && errno != EAGAIN)
		fail("recv");
	if (n < 0)
		return;
	if (n == 0 && c->answered) {
		ended(c);
		return;
	}
	if (n == 0)
		refuse("the connection ended before the answer did");
	if (c->answered)
		refuse("something follows the answer");

	size_t size = c->got + n;
	if (answer_size == 0)
		learn(size);
	if (answer_size == 0 || size < answer_size) {
		if (events & EPOLLRDHUP)
			refuse("the connection ended before the answer did");
		keep(c, size);
		return;
	}
	check(size);
	c->got = 0;
	if (!keep_alive) {
		c->answered = true;
		if (events & EPOLLRDHUP) // the end has arrived, so nothing else can
			ended(c);
		return;
	}
	completed++;
	if (started < requests) {
		started++;
		ask(c);
	}
}

static void react(struct connection *c, uint32_t events)
{
	if (!c->connecting) {
		take(c, events);
		return;
	}
	int problem = 0;
	socklen_t size = sizeof problem;
	if (getsockopt(c->fd, SOL_SOCKET, SO_ERROR, &problem, &size) < 0)
		fail("getsockopt");
	errno = problem;
	if (problem != 0)
		fail("connect");
	ask(c);
}

static double now(void)
{
	struct timespec t;
	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec + t.tv_nsec / 1e9;
}

static long microseconds(struct timeval t)
{
	return t.tv_sec * 1000000L + t.tv_usec;
}

// number reads a whole number from 1 to max.
static long number(const char *flag, const char *text, long max)
{
	char *rest;
	long n = strtol(text, &rest, 10);
	if (*text == '\0' || *rest != '\0' || n < 1 || n > max) {
		fprintf(stderr, "%s: found %s; allowed: 1 to %ld\n", flag, text, max);
		exit(2);
	}
	return n;
}

// read_flags returns the number of connections.
static long read_flags(int argc, char **argv)
{
	long count = 0;
	for (int flag; (flag = getopt(argc, argv, "kn:c:")) != -1;) {
		if (flag == 'k')
			keep_alive = true;
		else if (flag == 'n')
			requests = number("-n", optarg, MAX_REQUESTS);
		else if (flag == 'c')
			count = number("-c", optarg, MAX_CONNECTIONS);
		else
			exit(2);
	}
	int port = 0, read = 0;
	if (requests == 0 || count == 0 || count > requests || optind != argc - 1 ||
	    sscanf(argv[optind], "http://127.0.0.1:%d/%n", &port, &read) != 1 || port < 1 || port > 65535 ||
	    read == 0 || argv[optind][read] != '\0') {
		fprintf(stderr,
			"usage: %s [-k] -n REQUESTS -c CONNECTIONS http://127.0.0.1:PORT/\n"
			"with at least as many requests as connections\n",
			argv[0]);
		exit(2);
	}
	server.sin_port = htons(port);
	server.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	request_size = snprintf(request, sizeof request,
				"GET / HTTP/1.0\r\n%sHost: 127.0.0.1:%d\r\n"
				"User-Agent: ApacheBench/2.3\r\nAccept: */*\r\n\r\n",
				keep_alive ? "Connection: Keep-Alive\r\n" : "", port);
	return count;
}

int main(int argc, char **argv)
{
	long count = read_flags(argc, argv);
	connections = calloc(count, sizeof *connections);
	epoll = epoll_create1(EPOLL_CLOEXEC);
	if (connections == NULL || epoll < 0)
		fail("preparing");

	double begin = now();
	for (long i = 0; i < count; i++) {
		started++;
		open_and_ask(&connections[i]);
	}
	struct epoll_event events[MAX_EVENTS];
	while (completed < requests) {
		int n = epoll_wait(epoll, events, MAX_EVENTS, PATIENCE);
		if (n < 0 && errno != EINTR)
			fail("epoll_wait");
		if (n == 0)
			refuse("nothing came for ten seconds");
		for (int i = 0; i < n; i++)
			react(events[i].data.ptr, events[i].events);
	}
	double seconds = now() - begin;

	struct rusage used;
	getrusage(RUSAGE_SELF, &used);
	printf("requests: %ld\nseconds: %.6f\nCPU microseconds: %ld\n", completed, seconds,
	       microseconds(used.ru_utime) + microseconds(used.ru_stime));
	return fflush(stdout) == 0 ? 0 : 1;
}
