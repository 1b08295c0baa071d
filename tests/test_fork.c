/* SPDX-License-Identifier: Apache-2.0 */
/* test_fork.c: evidence that an author contradicts itself: what proves it, and that nothing else does. */
#include "replicas.h"

struct evidence {
	char note[2][ENT_NOTE_SIZE];
	struct ent_fork fork;
	char text[ENT_FORK_SIZE];
	size_t length;
};

/* Of two histories, by the tree of RFC 6962 alone. */
static void make(struct evidence *evidence, const struct author *smaller, uint64_t size,
		const struct author *larger, uint64_t larger_size) {
	evidence->fork = (struct ent_fork){.one_size = size == larger_size};
	evidence->fork.note_length[0] = author_note(smaller, size, evidence->note[0]);
	evidence->fork.note_length[1] = author_note(larger, larger_size, evidence->note[1]);
	for (int i = 0; i < 2; i++)
		evidence->fork.note[i] = evidence->note[i];
	evidence->fork.prefix = merkle_root(larger->leaves, size);
	if (size > 0 && size < larger_size)
		merkle_subproof(size, larger->leaves, larger_size, true, &evidence->fork.proof);
	evidence->length = ent_fork_print(&evidence->fork, evidence->text);
	CHECK(evidence->length == strlen(evidence->text));
}

static ent_status open_text(const struct author *author, const char *text, size_t length,
		struct ent_checkpoint both[2], struct ent_fault *fault) {
	/* An exact copy, so that a byte too far is seen. */
	char *copy = malloc(length > 0 ? length : 1);
	CHECK(copy != NULL);
	memcpy(copy, text, length);
	*fault = (struct ent_fault){"", ""};
	const ent_status status = ent_fork_open(copy, length, &author->vkey, both, fault);
	CHECK((status == ENT_OK) == (fault->why[0] == '\0'));
	free(copy);
	return status;
}

TEST(fork__two_checkpoints_prove_it_when_and_only_when_they_contradict_one_another) {
	struct author author, fork;
	static struct evidence evidence;
	struct ent_checkpoint both[2];
	struct ent_fault fault;
	unsigned proved = 0;
	(void)state_;
	CHECK(ent_seal_start() == ENT_OK);
	author_init(&author, 70);
	author_grow(&author, 70, 0);
	for (uint64_t from = 0; from < 66; from += from < 6 ? 1 : 13) {
		author_fork(&fork, &author, from, 70);
		for (uint64_t size = 0; size <= 70; size++)
			for (uint64_t larger = size; larger <= 70; larger += 1 + larger / 9) {
				make(&evidence, &author, size, &fork, larger);
				const ent_status status = open_text(&author, evidence.text,
						evidence.length, both, &fault);
				CHECK_ROW(fault.why,
						status == (size > from ? ENT_OK : ENT_E_REFUSED));
				CHECK(size > from || strstr(fault.why, "agree with") != NULL);
				CHECK(status != ENT_OK ||
						(both[0].size == size && both[1].size == larger));
				proved += status == ENT_OK;
			}
		author_finish(&fork);
	}
	CHECK(proved > 1000);
	author_finish(&author);
}

TEST(fork__any_bit_elsewhere_and_any_end_sooner_proves_nothing) {
	struct author author, fork;
	static struct evidence evidence;
	struct ent_checkpoint both[2];
	struct ent_fault fault;
	(void)state_;
	CHECK(ent_seal_start() == ENT_OK);
	author_init(&author, 70);
	author_grow(&author, 70, 0);
	author_fork(&fork, &author, 3, 70);
	for (uint64_t larger = 21; larger < 70; larger += 46) {
		make(&evidence, &author, 21, &fork, larger);
		CHECK(open_text(&author, evidence.text, evidence.length, both, &fault) == ENT_OK);
		for (size_t cut = 0; cut < evidence.length; cut++)
			CHECK(open_text(&author, evidence.text, cut, both, &fault) != ENT_OK);
		for (size_t bit = 0; bit < 8 * evidence.length; bit++) {
			evidence.text[bit / 8] = (char)(evidence.text[bit / 8] ^ (1 << bit % 8));
			CHECK(open_text(&author, evidence.text, evidence.length, both, &fault) !=
					ENT_OK);
			evidence.text[bit / 8] = (char)(evidence.text[bit / 8] ^ (1 << bit % 8));
		}
	}
	author_finish(&author);
	author_finish(&fork);
}

TEST(fork__what_is_none_is_refused_with_the_reason) {
	struct author author, fork, other;
	static struct evidence evidence;
	struct ent_checkpoint both[2];
	struct ent_fault fault;
	(void)state_;
	CHECK(ent_seal_start() == ENT_OK);
	author_init(&author, 40);
	author_grow(&author, 40, 0);
	author_fork(&fork, &author, 3, 40);
	author_fork(&other, &author, 3, 40);
	(void)snprintf(other.origin, sizeof other.origin, "b.line.entente.invalid/line/b/c");
	static const struct {
		const char *why;
		ent_status status;
	} expected[] = {
			{"of two ledgers", ENT_E_REFUSED},
			{"not the smaller one", ENT_E_REFUSED},
			{"no proof is with them", ENT_E_REFUSED},
			{"does not lead", ENT_E_REFUSED},
			{"cosigner", ENT_E_REFUSED},
			{"behind the end", ENT_E_SYNTAX},
			{"longer than", ENT_E_LIMIT},
	};
	for (size_t i = 0; i < COUNT_OF(expected); i++) {
		static char text[ENT_FORK_READ_MAX + 100];
		struct author known = author;
		size_t length;
		make(&evidence, &author, 20, i == 0 ? &other : &fork, 33);
		if (i == 1)
			evidence.fork.note_length[1] = author_note(&fork, 19, evidence.note[1]);
		evidence.fork.one_size = i == 2;
		if (i == 3)
			evidence.fork.proof.hashes[1].bytes[0] ^= 1;
		if (i == 4)
			known.vkey.type = 0x04;
		length = ent_fork_print(&evidence.fork, text);
		const size_t padded = i == 5 ? length + 1 : i == 6 ? ENT_FORK_READ_MAX + 1 : length;
		while (length < padded)
			text[length++] = '\n';
		const ent_status status = open_text(&known, text, length, both, &fault);
		CHECK_ROW(expected[i].why, status == expected[i].status);
		CHECK_ROW(fault.why, strstr(fault.why, expected[i].why) != NULL);
	}
	author_finish(&author);
	author_finish(&fork);
	author_finish(&other);
}

TEST(fork__the_largest_fits) {
	static struct evidence evidence;
	(void)state_;
	memset(evidence.note, 'n', sizeof evidence.note);
	for (int i = 0; i < 2; i++) {
		for (size_t at = 1; at < ENT_NOTE_SIZE; at += 2)
			evidence.note[i][at] = '\n';
		evidence.fork.note[i] = evidence.note[i];
		evidence.fork.note_length[i] = ENT_NOTE_SIZE - 1;
	}
	evidence.fork.proof.n = ENT_PROOF_HASHES_MAX + 1;
	CHECK(ent_fork_print(&evidence.fork, evidence.text) < sizeof evidence.text);
	CHECK(strcmp(evidence.text + strlen(evidence.text) - 5, "\nend\n") == 0);
}

int main(void) {
	const struct CMUnitTest tests[] = {
			TEST_ENTRY(fork__two_checkpoints_prove_it_when_and_only_when_they_contradict_one_another),
			TEST_ENTRY(fork__any_bit_elsewhere_and_any_end_sooner_proves_nothing),
			TEST_ENTRY(fork__what_is_none_is_refused_with_the_reason),
			TEST_ENTRY(fork__the_largest_fits),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
