// What both C peers say, so that they differ only in how they wait, as Labbook's own models do.
//
// Only what the generators of this benchmark send is understood: requests without a body. The date is
// fixed; a real server formats one a second.
#ifndef ANSWER_H
#define ANSWER_H

#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum {
	BACKLOG = 4096,      // as Labbook asks for
	MOST_REQUEST = 4096, // bytes of one request; a longer one ends its connection
};

#define ANSWER(version, connection)                                                              \
	"HTTP/1." version " 200 OK\r\nDate: Mon, 23 Nov 2026 12:00:00 GMT\r\n"                   \
	"Connection: " connection "\r\nServer: myserver/1.0\r\nContent-Length: 6\r\n\r\nhello\n"

// The answer to ab's own HTTP/1.0 request is as long as the one of Labbook's models.
_Static_assert(sizeof ANSWER("0", "close") - 1 == 122, "the answer to ab has 122 bytes");

// answer finds the first request in the given bytes and writes its answer to the socket. It returns
// how many bytes the request has, 0 if its end has not come yet, and -1 if the connection is over.
// A request is 200 bytes at most and its answer 127, so a send that does not fit into an empty socket
// means a client that asks and does not read: its connection ends.
static inline ssize_t answer(int fd, const char *bytes, size_t size)
{
	const char *end = memmem(bytes, size, "\r\n\r\n", 4);
	if (end == NULL)
		return size < MOST_REQUEST ? 0 : -1;
	size_t length = end + 4 - bytes;
	const char *line = memchr(bytes, '\r', length);
	bool newer = line - bytes >= 8 && memcmp(line - 8, "HTTP/1.1", 8) == 0;
	// HTTP/1.1 stays open unless told otherwise, HTTP/1.0 closes unless told otherwise. The field's
	// name and its value are ASCII in any case; the generators' spellings are these.
	bool stay = newer ? memmem(bytes, length, "onnection: close", 16) == NULL
			  : memmem(bytes, length, "eep-", 4) != NULL &&
				    memmem(bytes, length, "live\r", 5) != NULL;
	static const char *const answers[2][2] = {
		{ANSWER("0", "close"), ANSWER("0", "keep-alive")},
		{ANSWER("1", "close"), ANSWER("1", "keep-alive")},
	};
	const char *text = answers[newer][stay];
	ssize_t text_size = strlen(text);
	if (send(fd, text, text_size, MSG_NOSIGNAL) != text_size)
		return -1;
	return stay ? (ssize_t)length : -1;
}

// answer_all answers every complete request in the buffer and moves the rest to its start. It returns
// how much is left, or -1 if the connection is over.
static inline ssize_t answer_all(int fd, char *buffer, size_t size)
{
	size_t used = 0;
	while (used < size) {
		ssize_t n = answer(fd, buffer + used, size - used);
		if (n < 0)
			return -1;
		if (n == 0)
			break;
		used += n;
	}
	if (used > 0 && used < size)
		memmove(buffer, buffer + used, size - used);
	return size - used;
}

// fail ends the program with the system's reason for the last failure.
static inline void fail(const char *doing)
{
	perror(doing);
	exit(1);
}

// listen_on binds 127.0.0.1 at the port that the command line names.
static inline int listen_on(int argc, char **argv)
{
	int port = argc == 2 ? atoi(argv[1]) : 0;
	if (port <= 0 || port > 65535) {
		fprintf(stderr, "usage: %s PORT\n", argv[0]);
		exit(2);
	}
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (fd < 0)
		fail("socket");
	int on = 1;
	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
	struct sockaddr_in where = {.sin_family = AF_INET, .sin_port = htons(port)};
	where.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	if (bind(fd, (struct sockaddr *)&where, sizeof where) < 0)
		fail("bind");
	if (listen(fd, BACKLOG) < 0)
		fail("listen");
	return fd;
}

// no_delay lets each answer go out at once, without waiting for the client's acknowledgement.
static inline void no_delay(int fd)
{
	int on = 1;
	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
}

// passes tells whether accept failed only for one connection, so that the next call may do.
static inline bool passes(int error)
{
	return error == EINTR || error == ECONNABORTED || error == EPROTO;
}

#endif
