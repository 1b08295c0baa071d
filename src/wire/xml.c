/* SPDX-License-Identifier: Apache-2.0 */
/*
 * xml.c: the only door to expat. Expat keeps a token that is not complete in a buffer that
 * grows; so that no tag of a gigabyte is held, we count the bytes that were given since
 * the last event and stop above a limit.
 */
#include "entente/xml.h"

#include <expat.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { CHUNK_SIZE = 65536 };

/* Between namespace and name in what expat gives. */
#define SEPARATOR ' '

struct reader {
	XML_Parser parser;
	const struct ent_xml_events *events;
	void *user;
	ent_status status;
	struct ent_fault *fault;
	unsigned depth;
	bool leaf;  /* the innermost open element holds no other */
	char *text; /* of that element, terminated */
	size_t text_length, text_capacity, text_max;
	uint64_t quiet_bytes; /* given since the last event */
	char space[ENT_XML_NAME_MAX + 1];
};

static void stop(struct reader *r, ent_status status) {
	if (r->status == ENT_OK)
		r->status = status;
	(void)XML_StopParser(r->parser, XML_FALSE);
}

static void stop_with(struct reader *r, ent_status status, const char *why) {
	if (r->status != ENT_OK)
		return;
	char where[64];
	(void)snprintf(where, sizeof where, "line %llu",
			(unsigned long long)XML_GetCurrentLineNumber(r->parser));
	ent_fault_set(r->fault, where, "%s", why);
	stop(r, status);
}

/* Takes "namespace name" apart; false when it is too long. */
static bool split(struct reader *r, const XML_Char *full, const XML_Char **attributes,
		struct ent_xml_element *ret_element) {
	const char *at = strrchr(full, SEPARATOR);
	size_t length = at == NULL ? 0 : (size_t)(at - full);
	if (length > ENT_XML_NAME_MAX || strlen(full) - length > ENT_XML_NAME_MAX) {
		stop_with(r, ENT_E_LIMIT, "an element's name is too long");
		return false;
	}
	memcpy(r->space, full, length);
	r->space[length] = '\0';
	ret_element->space = r->space;
	ret_element->name = at == NULL ? full : at + 1;
	ret_element->line = XML_GetCurrentLineNumber(r->parser);
	ret_element->attributes = (const char *const *)attributes;
	return true;
}

static void XMLCALL on_start(void *user, const XML_Char *name, const XML_Char **attributes) {
	struct reader *r = user;
	struct ent_xml_element element;
	r->quiet_bytes = 0;
	if (r->status != ENT_OK)
		return;
	if (r->depth >= ENT_XML_DEPTH_MAX) {
		stop_with(r, ENT_E_LIMIT, "nested too deep");
		return;
	}
	r->depth++;
	r->leaf = true;
	r->text_length = 0;
	if (!split(r, name, attributes, &element))
		return;
	ent_status status = r->events->start(r->user, &element);
	if (status != ENT_OK)
		stop(r, status);
}

static void XMLCALL on_end(void *user, const XML_Char *name) {
	static const XML_Char *none[] = {NULL};
	struct reader *r = user;
	struct ent_xml_element element;
	r->quiet_bytes = 0;
	if (r->status != ENT_OK || !split(r, name, none, &element))
		return;
	size_t length = r->leaf ? r->text_length : 0;
	const char *text = length > 0 ? r->text : "";
	ent_status status = r->events->end(r->user, &element, text, length);
	r->depth--;
	r->leaf = false;
	r->text_length = 0;
	if (status != ENT_OK)
		stop(r, status);
}

static void XMLCALL on_text(void *user, const XML_Char *bytes, int length) {
	struct reader *r = user;
	size_t more = (size_t)length;
	r->quiet_bytes = 0;
	if (r->status != ENT_OK || !r->leaf)
		return;
	if (more > r->text_max - r->text_length) {
		stop_with(r, ENT_E_LIMIT, "the text of an element is too long");
		return;
	}
	size_t needed = r->text_length + more + 1;
	if (needed > r->text_capacity) {
		size_t capacity = needed > 2 * r->text_capacity ? needed : 2 * r->text_capacity;
		char *grown = realloc(r->text, capacity);
		if (grown == NULL) {
			stop_with(r, ENT_E_MEMORY, "out of memory");
			return;
		}
		r->text = grown;
		r->text_capacity = capacity;
	}
	memcpy(r->text + r->text_length, bytes, more);
	r->text_length += more;
	r->text[r->text_length] = '\0';
}

static void XMLCALL on_doctype(void *user, const XML_Char *name, const XML_Char *system,
		const XML_Char *public, int has_internal) {
	(void)name;
	(void)system;
	(void)public;
	(void)has_internal;
	stop_with(user, ENT_E_REFUSED, "a document type declaration (<!DOCTYPE) is not taken");
}

/* Comments and processing instructions mean nothing here, but they are events. */
static void XMLCALL on_other(void *user, const XML_Char *data) {
	(void)data;
	((struct reader *)user)->quiet_bytes = 0;
}

static ent_status explain(struct reader *r) {
	enum XML_Error error = XML_GetErrorCode(r->parser);
	if (r->status != ENT_OK)
		return r->status;
	if (error == XML_ERROR_NO_MEMORY) {
		stop_with(r, ENT_E_MEMORY, "out of memory");
		return ENT_E_MEMORY;
	}
	const char *text = XML_ErrorString(error);
	char where[64];
	(void)snprintf(where, sizeof where, "line %llu, column %llu",
			(unsigned long long)XML_GetCurrentLineNumber(r->parser),
			(unsigned long long)XML_GetCurrentColumnNumber(r->parser) + 1);
	ent_fault_set(r->fault, where, "not well formed XML: %s", text != NULL ? text : "unknown");
	return ENT_E_SYNTAX;
}

static ent_status feed(struct reader *r, ent_read_fn read, void *read_user, size_t token_max) {
	for (;;) {
		size_t got;
		void *buffer = XML_GetBuffer(r->parser, CHUNK_SIZE);
		if (buffer == NULL)
			return explain(r);
		ent_status status = read(read_user, buffer, CHUNK_SIZE, &got);
		if (status != ENT_OK)
			return status;
		r->quiet_bytes += got;
		if (XML_ParseBuffer(r->parser, (int)got, got == 0) != XML_STATUS_OK)
			return explain(r);
		if (r->status != ENT_OK)
			return r->status;
		if (r->quiet_bytes > token_max) {
			stop_with(r, ENT_E_LIMIT, "a tag or comment is too long");
			return ENT_E_LIMIT;
		}
		if (got == 0)
			return ENT_OK;
	}
}

ent_status ent_xml_read(ent_read_fn read, void *read_user, size_t text_max, size_t token_max,
		const struct ent_xml_events *events, void *user, struct ent_fault *reterr_fault) {
	static const XML_Memory_Handling_Suite memory = {malloc, realloc, free};
	static const XML_Char separator[] = {SEPARATOR, '\0'};
	struct reader r = {
			.parser = XML_ParserCreate_MM(NULL, &memory, separator),
			.events = events,
			.user = user,
			.fault = reterr_fault,
			.text_max = text_max,
	};
	if (r.parser == NULL) {
		ent_fault_set(reterr_fault, "", "out of memory");
		return ENT_E_MEMORY;
	}
	XML_SetUserData(r.parser, &r);
	XML_SetElementHandler(r.parser, on_start, on_end);
	XML_SetCharacterDataHandler(r.parser, on_text);
	XML_SetStartDoctypeDeclHandler(r.parser, on_doctype);
	XML_SetCommentHandler(r.parser, on_other);
	ent_status status = feed(&r, read, read_user, token_max);
	XML_ParserFree(r.parser);
	free(r.text);
	return status;
}

const char *ent_xml_attribute(const struct ent_xml_element *element, const char *name) {
	for (const char *const *at = element->attributes; *at != NULL; at += 2)
		if (strcmp(at[0], name) == 0)
			return at[1];
	return NULL;
}
