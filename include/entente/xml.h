/* SPDX-License-Identifier: Apache-2.0 */
/*
 * xml.h: reads XML (1.0, fifth edition, with namespaces) as a stream of events.
 * Depends on: base, stream.
 *
 * A document type declaration is refused, and with it every entity but the five that XML
 * itself has: so no text can unfold into more than was read, and nothing is fetched.
 * Names come without their prefix, with the namespace apart. The text of an element that
 * holds no other is gathered and given with its end, bounded by a limit.
 */
#ifndef ENTENTE_XML_H
#define ENTENTE_XML_H

#include "entente/base.h"
#include "entente/stream.h"

#ifdef __cplusplus
extern "C" {
#endif

enum { ENT_XML_DEPTH_MAX = 64, ENT_XML_NAME_MAX = 256 };

struct ent_xml_element {
	const char *space; /* the namespace's name, "" for none */
	const char *name;
	uint64_t line; /* from 1 */
	const char *const *
			attributes; /* name, value, ..., NULL; a name in a namespace is "space name" */
};

/* What is borrowed is valid during the call. Anything but OK ends the reading with that status. */
struct ent_xml_events {
	ent_status (*start)(void *user, const struct ent_xml_element *element);
	/* 'text': all character data directly in it when it holds no elements, else "". */
	ent_status (*end)(void *user, const struct ent_xml_element *element, const char *text,
			size_t length);
};

/*
 * Reads one document. E_SYNTAX: not well formed (where: the line). E_REFUSED: a document
 * type declaration. E_LIMIT: elements nested deeper than ENT_XML_DEPTH_MAX, a name above
 * ENT_XML_NAME_MAX, a text above text_max bytes, or one token (a tag with its attributes,
 * a comment) above token_max. E_MEMORY; and what 'read' and the events return, whose
 * fault the events' own user knows.
 */
ENT_API ENT_MUST_USE ent_status ent_xml_read(ent_read_fn read, void *read_user, size_t text_max,
		size_t token_max, const struct ent_xml_events *events, void *user,
		struct ent_fault *reterr_fault);

/* The value of an attribute, or NULL. */
ENT_API const char *ent_xml_attribute(const struct ent_xml_element *element, const char *name);

#ifdef __cplusplus
}
#endif

#endif
