/* SPDX-License-Identifier: Apache-2.0 */
/*
 * read.c: an input from its name to its format. Bytes come through a stack of small
 * layers: file, unzipping, limit; a peek at the first of them says what they are.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "entente/inflate.h"
#include "reader.h"

enum { PEEK_SIZE = 512 };

/* --- Layers --- */

struct file {
	struct check_reader *reader;
	int fd;
	uint64_t bytes, total;
};

static ent_status read_file(void *user, void *buffer, size_t size, size_t *ret_size) {
	struct file *file = user;
	ssize_t got;
	do
		got = read(file->fd, buffer, size);
	while (got < 0 && errno == EINTR);
	if (got < 0) {
		ent_fault_set(&file->reader->stream, "", "reading failed: %s", strerror(errno));
		return ENT_E_IO;
	}
	file->bytes += (uint64_t)got;
	const struct check_read_options *options = &file->reader->options;
	if (options->progress != NULL)
		options->progress(options->progress_user, file->reader->source->name, file->bytes,
				file->total);
	*ret_size = (size_t)got;
	return ENT_OK;
}

/* Holds the first bytes back, to be looked at. */
struct peek {
	ent_read_fn read;
	void *user;
	unsigned char bytes[PEEK_SIZE];
	size_t n, given;
};

static ent_status peek_fill(struct peek *peek) {
	size_t got = 1;
	while (peek->n < PEEK_SIZE && got > 0) {
		ent_status status = peek->read(
				peek->user, peek->bytes + peek->n, PEEK_SIZE - peek->n, &got);
		if (status != ENT_OK)
			return status;
		peek->n += got;
	}
	return ENT_OK;
}

static ent_status read_peek(void *user, void *buffer, size_t size, size_t *ret_size) {
	struct peek *peek = user;
	size_t left = peek->n - peek->given;
	if (left == 0)
		return peek->read(peek->user, buffer, size, ret_size);
	size_t part = left < size ? left : size;
	memcpy(buffer, peek->bytes + peek->given, part);
	peek->given += part;
	*ret_size = part;
	return ENT_OK;
}

/* The unpacked input: at most so many bytes, and the reason when they stop coming. */
struct limit {
	struct check_reader *reader;
	ent_read_fn read;
	void *user;
	struct ent_inflate *inflate; /* NULL when it was not packed */
	uint64_t left;
};

static ent_status read_limit(void *user, void *buffer, size_t size, size_t *ret_size) {
	struct limit *limit = user;
	struct ent_fault *fault = &limit->reader->stream;
	size_t got;
	/* One byte more than is allowed shows that there is more. */
	if (size > limit->left)
		size = (size_t)limit->left + 1;
	ent_status status = limit->read(limit->user, buffer, size, &got);
	if (status == ENT_OK && got > limit->left)
		status = ENT_E_LIMIT;
	if (status == ENT_E_LIMIT)
		ent_fault_set(fault, "",
				"the input is larger than %llu bytes; --max-input allows more",
				(unsigned long long)limit->reader->options.max_input_bytes);
	else if (status != ENT_OK && limit->inflate != NULL && fault->why[0] == '\0')
		ent_fault_set(fault, "", "%s", ent_inflate_why(limit->inflate));
	if (status != ENT_OK)
		return status;
	limit->left -= got;
	*ret_size = got;
	return ENT_OK;
}

/* --- What it is --- */

static bool starts_with(const struct peek *peek, const char *text) {
	size_t n = strlen(text);
	return peek->n >= n && memcmp(peek->bytes, text, n) == 0;
}

/* Contents that are known and not read, with the reason. */
static const struct {
	const char *start;
	ent_status status;
	const char *why;
} unread[] = {
		{"PK\x03\x04", ENT_E_REFUSED,
				"a zip archive (KMZ?) is not read: unpack it and give the KML "
				"inside"},
		{ENT_INFLATE_MAGIC, ENT_E_REFUSED, "packed twice"},
		{"\xff\xfe", ENT_E_SYNTAX, "UTF-16 is not read: write UTF-8"},
		{"\xfe\xff", ENT_E_SYNTAX, "UTF-16 is not read: write UTF-8"},
		{"EXER/", ENT_E_REFUSED,
				"an air tasking or airspace control message (USMTF) is not taken"},
		{"OPER/", ENT_E_REFUSED,
				"an air tasking or airspace control message (USMTF) is not taken"},
		{"MSGID/", ENT_E_REFUSED,
				"an air tasking or airspace control message (USMTF) is not taken"},
};

static ent_status fail(struct check_reader *reader, ent_status status, const char *why) {
	struct ent_fault fault;
	ent_fault_set(&fault, "", "%s", why);
	check_reader_fault(reader, status, &fault);
	return status;
}

/* The first byte that is neither a byte order mark nor a space; 0 when there is none. */
static unsigned char first_byte(const struct peek *peek) {
	size_t at = starts_with(peek, "\xef\xbb\xbf") ? 3 : 0;
	while (at < peek->n &&
			(peek->bytes[at] == ' ' || peek->bytes[at] == '\t' ||
					peek->bytes[at] == '\n' || peek->bytes[at] == '\r'))
		at++;
	return at < peek->n ? peek->bytes[at] : 0;
}

static ent_status read_format(struct check_reader *reader, struct peek *peek) {
	for (size_t i = 0; i < sizeof unread / sizeof unread[0]; i++)
		if (starts_with(peek, unread[i].start))
			return fail(reader, unread[i].status, unread[i].why);
	switch (first_byte(peek)) {
	case '\0':
		return fail(reader, ENT_E_SYNTAX,
				peek->n == 0 ? "the input is empty"
					     : "neither GeoJSON, ASTM F3548, CSV, KML nor recorded "
					       "reports");
	case '<':
		return check_read_kml(reader, read_peek, peek);
	case '[':
		return check_read_json_array(reader, read_peek, peek);
	case '{':
		return check_read_json_object(reader, read_peek, peek);
	default:
		return check_read_csv(reader, read_peek, peek);
	}
}

/* 'packed' has been filled. */
static ent_status read_unpacked(struct check_reader *reader, struct peek *packed) {
	uint64_t max = reader->options.max_input_bytes;
	struct limit limit = {.reader = reader, .read = read_peek, .user = packed, .left = max};
	struct peek unpacked = {.read = read_limit, .user = &limit};
	if (starts_with(packed, ENT_INFLATE_MAGIC)) {
		ent_status status = ent_inflate_create(read_peek, packed, max, &limit.inflate);
		if (status != ENT_OK) {
			check_reader_fault(reader, status, NULL);
			return status;
		}
		limit.read = ent_inflate_read;
		limit.user = limit.inflate;
	}
	ent_status status = peek_fill(&unpacked);
	if (status == ENT_OK)
		status = read_format(reader, &unpacked);
	else
		check_reader_fault(reader, status, NULL);
	ent_inflate_destroy(limit.inflate);
	return status;
}

static ent_status read_source(struct check_reader *reader, ent_read_fn read, void *user) {
	struct peek packed = {.read = read, .user = user};
	ent_status status = peek_fill(&packed);
	if (status == ENT_OK)
		status = read_unpacked(reader, &packed);
	else
		check_reader_fault(reader, status, NULL);
	if (check_status_is_fatal(status))
		return status;
	if (check_status_is_fatal(reader->first))
		return reader->first;
	reader->model->cut_inputs += status != ENT_OK;
	return reader->options.skip_bad ? ENT_OK : reader->first;
}

/* --- The reader --- */

ent_status check_reader_create(struct check_model *model, struct check_faults *faults,
		const struct check_read_options *options, struct check_reader **ret_reader) {
	struct check_reader *reader = calloc(1, sizeof *reader);
	if (reader == NULL)
		return ENT_E_MEMORY;
	reader->model = model;
	reader->faults = faults;
	reader->options = *options;
	if (reader->options.max_input_bytes == 0)
		reader->options.max_input_bytes = CHECK_INPUT_MAX_DEFAULT;
	*ret_reader = reader;
	return ENT_OK;
}

void check_reader_destroy(struct check_reader *reader) {
	if (reader == NULL)
		return;
	check_names_finish(&reader->ids);
	free(reader->id_uses);
	free(reader);
}

ent_status check_read_stream(struct check_reader *reader, const char *name, bool against,
		ent_read_fn read, void *user) {
	ent_status status = check_reader_begin(reader, name, against);
	return status == ENT_OK ? read_source(reader, read, user) : status;
}

ent_status check_read_file(struct check_reader *reader, const char *name, bool against) {
	struct file file = {.reader = reader, .fd = STDIN_FILENO};
	struct stat about;
	bool is_stdin = strcmp(name, "-") == 0;
	ent_status status = check_reader_begin(reader, name, against);
	if (status != ENT_OK)
		return status;
	if (is_stdin && reader->stdin_read) {
		ent_fault_set(&reader->stream, "",
				"standard input was named twice; it can be read once");
		check_reader_fault(reader, ENT_E_IO, NULL);
		return ENT_E_IO;
	}
	reader->stdin_read = reader->stdin_read || is_stdin;
	if (!is_stdin)
		file.fd = open(name, O_RDONLY | O_CLOEXEC);
	if (file.fd < 0) {
		ent_fault_set(&reader->stream, "", "cannot be opened: %s", strerror(errno));
		check_reader_fault(reader, ENT_E_IO, NULL);
		return ENT_E_IO;
	}
	if (fstat(file.fd, &about) == 0 && S_ISREG(about.st_mode) && about.st_size > 0)
		file.total = (uint64_t)about.st_size;
	status = read_source(reader, read_file, &file);
	if (!is_stdin)
		(void)close(file.fd);
	return status;
}
