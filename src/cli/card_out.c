/* SPDX-License-Identifier: Apache-2.0 */
/* card_out.c: see card_out.h. */
#include "card_out.h"

#include <inttypes.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "entente/text.h"
#include "qr.h"

enum { IN_A_ROW = 4 };

void card_out_words(FILE *out, const struct ent_vkey *party_key) {
	uint8_t bytes[ENT_FINGERPRINT_SIZE];
	ent_fingerprint(party_key, bytes);
	for (size_t i = 0; i < ENT_FINGERPRINT_SIZE; i++)
		(void)fprintf(out, "%s%2zu %-*s%s", i % IN_A_ROW == 0 ? "  " : "", i + 1,
				i % IN_A_ROW + 1 < IN_A_ROW ? 14 : 0,
				ent_fingerprint_word(i, bytes[i]),
				i % IN_A_ROW + 1 == IN_A_ROW ? "\n" : "");
}

/* The name is as it was checked when the card was read: nothing in it steers a terminal. */
void card_out_summary(FILE *out, const struct ent_card *card) {
	char time[ENT_TEXT_TIME_SIZE];
	(void)ent_text_print_time(card->issued_utc_us, time);
	(void)fprintf(out, "party    \"%s\"\nid       %s\ncard     number %" PRIu64 ", of %s\n",
			card->name, card->id, card->number, time);
	(void)fprintf(out, "address  %s\n",
			card->address[0] != '\0' ? card->address : "none: reached by files only");
	for (size_t i = 0; i < card->n_reserves; i++)
		(void)fprintf(out, "reserve  %s\n", card->reserve[i]);
	if (card->settable_clock)
		(void)fputs("clock    can be set: a node for trying out; nothing that it says is "
			    "in "
			    "earnest\n",
				out);
	if (!ent_card_key_is_first(card))
		(void)fputs("key      not the party's first one: that it has this id is its own "
			    "word\n",
				out);
	(void)fputs("words\n", out);
	card_out_words(out, &card->party_key);
}

bool card_out_qr(FILE *out, const char *command, const char *text, size_t length, bool asked_for) {
	struct ent_fault fault = {{0}, {0}};
	struct winsize size = {.ws_col = 0};
	const int fd = fileno(out);
	const bool terminal = isatty(fd) == 1;
	if (!asked_for && !terminal)
		return true;
	if (terminal && ioctl(fd, TIOCGWINSZ, &size) != 0)
		size.ws_col = 0;
	if (qr_draw(out, text, length, size.ws_col, terminal, &fault) == ENT_OK)
		return true;
	if (asked_for)
		(void)fprintf(stderr, "entente %s: --qr: %s\n", command, fault.why);
	else
		(void)fprintf(out, "(%s)\n", fault.why);
	return !asked_for;
}
