// The HTTP of both C peers. They differ only in how they wait, like Labbook's own models.
//
// They understand only what the generators of this benchmark send: requests without a body. The date is
// fixed; a real server formats one per second.
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
	BACKLOG = 4096,     // like Labbook
	MAX_REQUEST = 4096, // bytes of one request; a longer one ends its connection
};

#define ANSWER(version, connection)                                                              \
	"HTTP/1." version " 200 OK\r\nDate: Mon, 23 Nov 2026 12:00:00 GMT\r\n"                   \
	"Connection: " connection "\r\nServer: myserver/1.0\r\nContent-Length: 6\r\n\r\nhello\n"

// The answer to ab's own HTTP/1.0 request is as long as that of Labbook's models.
_Static_assert(sizeof ANSWER("0", "close") - 1 == 122, "the answer to ab has 122 bytes");

// answer finds the first request in the given bytes and writes its answer to the socket. It returns the
// length of the request, 0 if its end has not arrived, and -1 if the connection is to be closed. A
// request has at most 200 bytes and its answer 127. If an answer does not fit into an empty socket, the
// client does not read, and its connection is closed.
static inline ssize_t answer(int fd, const char *bytes, size_t size)
{
	const char *end = memmem(bytes, size, "\r\n\r\n", 4);
	if (end == NULL)
		return size < MAX_REQUEST ? 0 : -1;
	size_t length = end + 4 - bytes;
	const char *line = memchr(bytes, '\r', length);
	bool newer = line - bytes >= 8 && memcmp(line - 8, "HTTP/1.1", 8) == 0;
	// HTTP/1.1 stays open by default, HTTP/1.0 closes by default. The field's name and value may be in
	// upper or lower case; these are the spellings of the generators.
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
// the length of the rest, or -1 if the connection is to be closed.
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

// fail ends the program with the system's message for the last error.
static inline void fail(const char *doing)
{
	perror(doing);
	exit(1);
}

// listen_on listens on 127.0.0.1 at the port from the command line.
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

// no_delay makes each answer leave at once, without waiting for the client's acknowledgement.
static inline void no_delay(int fd)
{
	int on = 1;
	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
}

// passes returns whether accept failed for one connection only, so that the next call may succeed.
static inline bool passes(int error)
{
	return error == EINTR || error == ECONNABORTED || error == EPROTO;
}

#endif
