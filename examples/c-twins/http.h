// The HTTP of both C servers, and how both listen and stop. They differ only in how they wait, as
// Labbook's models async and thread do, and their answers are those of these models, byte for byte.
//
// Understood are HTTP/1.0 and 1.1 with keep-alive and pipelining, GET and HEAD of "/", and a body by
// Content-Length, which is discarded. What cannot be understood is refused and ends its connection: unlike
// the models, that includes a body in chunks, and a request of more than MAX_REQUEST bytes with its body.
#ifndef HTTP_H
#define HTTP_H

#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

// The limits, like those of Labbook's models. A test sets two of them to others.
#ifndef MAX_CONNECTIONS
#define MAX_CONNECTIONS 20000 // at a time; further ones wait in the kernel's queue
#endif
#ifndef IDLE_SECONDS
#define IDLE_SECONDS 60 // between two requests
#endif
enum {
	BACKLOG = 4096, // of that queue
	MAX_DESCRIPTORS = 1 << 16,
	MAX_REQUEST = 8192,   // bytes
	REQUEST_SECONDS = 10, // from a request's first byte to its last
	STOP_SECONDS = 1,     // for requests in progress, after SIGTERM
};

#define BODY "hello\n"
#define DATE "Mon, 23 Nov 2026 12:00:00 GMT" // its place is filled in
#define TYPE "Content-Type: text/plain; charset=utf-8\r\n"
#define ANSWER(version, connection, type)                                                        \
	"HTTP/1." version " 200 OK\r\nDate: " DATE "\r\nConnection: " connection                  \
	"\r\nServer: myserver/1.0\r\nContent-Length: 6\r\n" type "\r\n" BODY

enum { DATE_AT = sizeof "HTTP/1.0 200 OK\r\nDate: " - 1 };

// The answer to ab's own request is as long as that of Labbook's models.
_Static_assert(sizeof ANSWER("0", "close", "") - 1 == 122, "the answer to ab has 122 bytes");

// stopping is set by SIGTERM and SIGINT. Answers then end their connections.
static volatile sig_atomic_t stopping;

static int listener = -1;

// fail ends the program with the system's message for the last error.
static inline void fail(const char *doing)
{
	perror(doing);
	exit(1);
}

// seconds returns a clock that is never set back, in whole seconds. It is never 0.
static inline unsigned seconds(void)
{
	struct timespec now;
	clock_gettime(CLOCK_MONOTONIC_COARSE, &now);
	return (unsigned)now.tv_sec + 1;
}

// put_date writes the value of the field Date, sizeof DATE - 1 bytes. It formats once per second; the
// threads share the text.
static inline void put_date(char *to)
{
	static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
	static time_t second = -1;
	static char text[sizeof DATE];
	time_t now = time(NULL);
	pthread_mutex_lock(&lock);
	if (now != second) {
		struct tm utc;
		gmtime_r(&now, &utc);
		strftime(text, sizeof text, "%a, %d %b %Y %H:%M:%S GMT", &utc);
		second = now;
	}
	memcpy(to, text, sizeof text - 1);
	pthread_mutex_unlock(&lock);
}

// request is what a head asks for.
struct request {
	const char *status; // of its answer
	bool newer;         // HTTP/1.1
	bool head;          // HEAD: the answer has no body
	bool stay;          // the connection stays open
	bool has_host;
	bool has_length;
	size_t length; // of the body
};

#define BAD_REQUEST "400 Bad Request"

// is compares a part of a head with a word, whatever the case of its letters.
static inline bool is(const char *part, size_t size, const char *word)
{
	return size == strlen(word) && strncasecmp(part, word, size) == 0;
}

static inline bool blank(char c) { return c == ' ' || c == '\t'; }

// read_connection reads the field Connection, which is a list of words.
static inline void read_connection(struct request *r, const char *value, const char *end)
{
	while (value < end) {
		const char *comma = memchr(value, ',', end - value);
		const char *next = comma == NULL ? end : comma, *last = next;
		while (value < last && blank(*value))
			value++;
		while (last > value && blank(last[-1]))
			last--;
		if (is(value, last - value, "close"))
			r->stay = false;
		else if (!r->newer && is(value, last - value, "keep-alive"))
			r->stay = true;
		value = next + 1;
	}
}

// read_length reads the field Content-Length. Two of them are ambiguous.
static inline const char *read_length(struct request *r, const char *value, const char *end)
{
	enum { MAX_DIGITS = 18 }; // of a number of 64 bits
	if (r->has_length || value == end || end - value > MAX_DIGITS)
		return BAD_REQUEST;
	r->has_length = true;
	for (; value < end; value++) {
		if (*value < '0' || *value > '9')
			return BAD_REQUEST;
		r->length = 10 * r->length + (*value - '0');
	}
	return NULL;
}

// read_field reads a line of the head after the first. It returns the status of a refusal, or NULL.
static inline const char *read_field(struct request *r, const char *line, const char *end)
{
	const char *colon = memchr(line, ':', end - line);
	if (colon == NULL || colon == line || blank(colon[-1]) || blank(*line))
		return BAD_REQUEST; // also a line that continues the one before
	size_t size = colon - line;
	const char *value = colon + 1;
	while (value < end && blank(*value))
		value++;
	while (end > value && blank(end[-1]))
		end--;

	// Few names have these lengths, so most lines are compared with nothing.
	switch (size) {
	case sizeof "Host" - 1:
		if (!is(line, size, "Host"))
			break;
		if (r->has_host)
			return BAD_REQUEST;
		r->has_host = true;
		break;
	case sizeof "Connection" - 1:
		if (is(line, size, "Connection"))
			read_connection(r, value, end);
		break;
	case sizeof "Content-Length" - 1:
		if (is(line, size, "Content-Length"))
			return read_length(r, value, end);
		break;
	case sizeof "Transfer-Encoding" - 1:
		if (is(line, size, "Transfer-Encoding"))
			return "501 Not Implemented";
	}
	return NULL;
}

// read_line reads the first line: method, target and version, with a space between them. It returns the
// status of a refusal, or NULL.
static inline const char *read_line(struct request *r, const char *line, const char *end)
{
	const char *target = memchr(line, ' ', end - line);
	if (target == NULL || target == line)
		return BAD_REQUEST;
	size_t method = target++ - line;
	const char *after = memchr(target, ' ', end - target);
	if (after == NULL || after == target || end - after != sizeof " HTTP/1.1" - 1 ||
	    memcmp(after, " HTTP/", 6) != 0 || after[7] != '.')
		return BAD_REQUEST;
	if (after[6] != '1')
		return "505 HTTP Version Not Supported";
	r->newer = r->stay = after[8] != '0'; // a later 1.x is answered as 1.1

	if (after - target >= 7 && strncasecmp(target, "http://", 7) == 0) {
		target = memchr(target + 7, '/', after - target - 7);
		if (target == NULL)
			return BAD_REQUEST;
	}
	if (*target != '/' || (target + 1 != after && target[1] != '?'))
		r->status = "404 Not Found";
	r->head = method == 4 && memcmp(line, "HEAD", 4) == 0;
	if (!r->head && !(method == 3 && memcmp(line, "GET", 3) == 0) && r->status[0] == '2')
		r->status = "405 Method Not Allowed";
	return NULL;
}

// read_head reads a whole head, which ends with an empty line. It returns the status of a refusal, or NULL.
static inline const char *read_head(struct request *r, const char *head, const char *end)
{
	*r = (struct request){.status = "200 OK"};
	const char *refusal = NULL;
	for (const char *line = head, *next; line < end - 2 && refusal == NULL; line = next + 2) {
		next = memmem(line, end - line, "\r\n", 2);
		refusal = line == head ? read_line(r, line, next) : read_field(r, line, next);
	}
	if (refusal == NULL && r->newer && !r->has_host)
		refusal = BAD_REQUEST;
	if (refusal == NULL && end - head + r->length > MAX_REQUEST)
		refusal = "413 Request Entity Too Large";
	return refusal;
}

// send_all sends an answer. It returns whether the socket took it. Where the socket does not wait, one that
// takes no further answer has hundreds of them: the client does not read.
static inline bool send_all(int fd, const char *text, ssize_t size)
{
	ssize_t sent;
	do
		sent = send(fd, text, size, MSG_NOSIGNAL);
	while (sent < 0 && errno == EINTR);
	return sent == size;
}

// send_good sends the answer to a GET of "/", which is ready but for its date.
static inline bool send_good(int fd, bool newer, bool stay)
{
	enum { LONGEST = sizeof ANSWER("1", "keep-alive", TYPE) };
	static const char answers[2][2][LONGEST] = {
		{ANSWER("0", "close", ""), ANSWER("0", "keep-alive", "")},
		{ANSWER("1", "close", TYPE), ANSWER("1", "keep-alive", TYPE)},
	};
	static const size_t sizes[2][2] = {
		{sizeof ANSWER("0", "close", ""), sizeof ANSWER("0", "keep-alive", "")},
		{sizeof ANSWER("1", "close", TYPE), sizeof ANSWER("1", "keep-alive", TYPE)},
	};
	char text[LONGEST];
	memcpy(text, answers[newer][stay], LONGEST);
	put_date(text + DATE_AT);
	return send_all(fd, text, sizes[newer][stay] - 1);
}

// send_other sends any other answer: to a HEAD, or an error.
static inline bool send_other(int fd, const struct request *r)
{
	char text[512], body[64], date[sizeof DATE] = "";
	put_date(date);
	bool good = r->status[0] == '2';
	int length = snprintf(body, sizeof body, "%s\n", good ? "hello" : r->status);
	int size = snprintf(text, sizeof text,
			    "HTTP/1.%d %s\r\nDate: %s\r\nConnection: %s\r\nServer: myserver/1.0\r\n"
			    "Content-Length: %d\r\n%s%s\r\n%s",
			    r->newer, r->status, date, r->stay ? "keep-alive" : "close", length,
			    good && !r->newer ? "" : TYPE,
			    strncmp(r->status, "405", 3) == 0 ? "Allow: GET, HEAD\r\n" : "",
			    r->head ? "" : body);
	return send_all(fd, text, size);
}

// refuse answers a request that cannot be understood. Closing a socket that still holds bytes would reset
// the connection, and the client might lose the answer, so what has arrived is read first.
static inline void refuse(int fd, const char *status)
{
	char rest[4096];
	send_other(fd, &(struct request){.status = status});
	shutdown(fd, SHUT_WR);
	for (int reads = 0; reads < 64 && recv(fd, rest, sizeof rest, MSG_DONTWAIT) > 0; reads++)
		;
}

// answer answers the first request in the given bytes. It returns the length of the request, 0 if its end
// has not arrived, and -1 if the connection is to be closed.
static inline ssize_t answer(int fd, const char *bytes, size_t size)
{
	const char *blank_line = memmem(bytes, size < MAX_REQUEST ? size : MAX_REQUEST, "\r\n\r\n", 4);
	if (blank_line == NULL) {
		if (size < MAX_REQUEST)
			return 0;
		refuse(fd, "431 Request Header Fields Too Large");
		return -1;
	}
	size_t head = blank_line + 4 - bytes;
	struct request r;
	const char *refusal = read_head(&r, bytes, bytes + head);
	if (refusal != NULL) {
		refuse(fd, refusal);
		return -1;
	}
	if (size - head < r.length)
		return 0; // the body is to be discarded, so it is waited for
	if (stopping)
		r.stay = false;
	bool plain = r.status[0] == '2' && !r.head;
	bool sent = plain ? send_good(fd, r.newer, r.stay) : send_other(fd, &r);
	return sent && r.stay ? (ssize_t)(head + r.length) : -1;
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

// stop handles SIGTERM and SIGINT. Shutting the listener down ends the wait for a connection.
static void stop(int number)
{
	(void)number;
	stopping = 1;
	shutdown(listener, SHUT_RD);
}

static inline void set(int level, int option, const void *value, socklen_t size)
{
	if (setsockopt(listener, level, option, value, size) < 0)
		fail("setsockopt");
}

// listen_on listens on 127.0.0.1 at the port from the command line, and lets SIGTERM and SIGINT stop the
// program. Linux gives the options to every connection that is accepted: an answer leaves at once, without
// waiting for the client's acknowledgement, and no read or write of a blocking socket takes for ever.
static inline void listen_on(int argc, char **argv)
{
	char *end = "";
	long port = argc == 2 ? strtol(argv[1], &end, 10) : 0;
	if (port <= 0 || port > 65535 || *end != 0) {
		fprintf(stderr, "usage: %s PORT\n", argv[0]);
		exit(2);
	}
	struct rlimit files;
	if (getrlimit(RLIMIT_NOFILE, &files) == 0) { // where it cannot be raised, fewer connections fit
		files.rlim_cur = files.rlim_max;
		setrlimit(RLIMIT_NOFILE, &files);
	}

	listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (listener < 0)
		fail("socket");
	int on = 1;
	struct timeval idle = {.tv_sec = IDLE_SECONDS};
	set(SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
	set(SOL_SOCKET, SO_RCVTIMEO, &idle, sizeof idle);
	set(SOL_SOCKET, SO_SNDTIMEO, &idle, sizeof idle);
	set(IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
	struct sockaddr_in where = {.sin_family = AF_INET, .sin_port = htons(port)};
	where.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	if (bind(listener, (struct sockaddr *)&where, sizeof where) < 0)
		fail("bind");
	struct sigaction action = {.sa_handler = stop};
	if (sigaction(SIGTERM, &action, NULL) < 0 || sigaction(SIGINT, &action, NULL) < 0)
		fail("sigaction");
	if (listen(listener, BACKLOG) < 0)
		fail("listen");
}

// full reports whether accept failed because the system has no room for a further connection, which waits.
static inline bool full(int error)
{
	return error == EMFILE || error == ENFILE || error == ENOBUFS || error == ENOMEM;
}

// passes reports whether accept failed for one connection, or for a time, so that it may be called again.
static inline bool passes(int error)
{
	return error == EINTR || error == EAGAIN || error == ECONNABORTED || error == EPROTO ||
	       full(error);
}

#endif
