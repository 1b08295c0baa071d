/* SPDX-License-Identifier: Apache-2.0 */
/*
 * act.c: our own acts.
 *
 *     prepare: which memorandum, whose, of which class -> [scribe's thread: decide against all that is here, sign, print]
 *         -> durable -> done
 *
 * One is decided when nothing of ours is on its way: what is not durable has not been said, and is in no life. One that comes
 * meanwhile waits for that batch and is decided then.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "internal.h"

enum {
	/* Peers that can be reached have said in milliseconds how much of a ledger they have; others may not for days. */
	ASKING_STEPS_MAX = 100,
	ASKING_STEP_NS = 20000000
};

/* What the scribe is given. */
struct command {
	const struct ent_memoranda_act *asked;
	const struct audience *concerned;
	struct memo_ledger *ledger;
	struct ent_memo_act act; /* as it is written, once it is decided */
	char *payload;           /* of what is sealed; else NULL */
	size_t payload_size;
	struct ent_memoranda_done *done;
	bool again; /* something of ours is on its way */
};

static void refuse(struct ent_memoranda_done *done, ent_status status, const char *where,
		const char *why) {
	done->status = status;
	ent_fault_set(&done->fault, where, "%s", why);
}

/* --- In the scribe's thread --- */

/*
 * Under the lock. Has one whom it concerns seen entries of ours, and there is none here? Then the store is a copy from before the
 * first, and to write another first one would contradict it. What it lacks of a ledger that it has, the post asks for.
 */
static bool is_old_copy(const struct memorandum *memorandum, const struct command *command) {
	const struct life *life = memorandum->life;
	bool seen = false;
	for (size_t i = 0; i < life->parties.n; i++)
		seen = seen ||
				(life->seen_of_us[i] > 0 &&
						members_has(command->concerned,
								life->parties.party[i].id));
	return seen && command->ledger->durable == 0;
}

/* Under the lock. */
static ent_status check_asked(const struct memorandum *memorandum, struct command *command) {
	char tag[ENT_MEMORANDA_TAG_SIZE];
	uint8_t public_key[ENT_SIGN_PUBLIC_SIZE];
	const struct life *life = memorandum->life;
	const uint32_t us = life_place(life, memorandum->all->us);
	tag_of(memorandum, tag);
	if (command->asked->tag != NULL && strcmp(command->asked->tag, tag) != 0) {
		refuse(command->done, ENT_E_EXISTS, memorandum->id,
				"it is no longer as it was when this was asked for");
		return ENT_E_REFUSED;
	}
	if (is_old_copy(memorandum, command)) {
		refuse(command->done, ENT_E_REFUSED, command->ledger->name,
				"others have seen entries of ours that are not here: this is an "
				"old copy of our store");
		return ENT_E_REFUSED;
	}
	ent_sign_key_public(command->asked->key, public_key);
	if (us == life->parties.n || life->parties.party[us].n_keys == 0 ||
			memcmp(life->parties.party[us].key[0], public_key, sizeof public_key) !=
					0) {
		refuse(command->done, ENT_E_REFUSED, "key", "it is not our party key");
		return ENT_E_REFUSED;
	}
	return ENT_OK;
}

/* Under the lock. */
static ent_status decide_here(
		struct memorandum *memorandum, struct command *command, int64_t now_utc_us) {
	struct ent_memoranda_done *done = command->done;
	ent_status status = fill(memorandum);
	if (status == ENT_OK && memorandum->life == NULL)
		status = ENT_E_MEMORY;
	if (status == ENT_OK)
		status = check_asked(memorandum, command);
	if (status != ENT_OK)
		return status;
	status = ent_memo_decide(memorandum->life->memo, memorandum->all->us, now_utc_us,
			&command->act, &done->rule, &done->fault);
	switch (status) {
	case ENT_E_REFUSED:
		done->status = status;
		return status;
	case ENT_E_EXISTS:
		refuse(done, ENT_E_REFUSED, memorandum->id,
				"entries of ours have seen what is not here yet");
		return ENT_E_REFUSED;
	case ENT_E_LIMIT:
		refuse(done, ENT_E_LIMIT, memorandum->id,
				"our ledger has as many entries as it may");
		return ENT_E_REFUSED;
	default:
		return status;
	}
}

static ent_status sign(const struct memorandum *memorandum, struct command *command) {
	char origin[ENT_MEMO_ORIGIN_SIZE], *message = NULL;
	size_t size = 0;
	ent_memo_origin(memorandum->id, memorandum->all->us, 1, origin);
	const ent_status status = ent_memo_act_message(&command->act, origin, &message, &size);
	if (status == ENT_OK)
		ent_sign(command->asked->key, message, size, command->act.signature);
	free(message);
	return status;
}

static ent_status add(struct command *command, struct ent_scribe_draft *draft) {
	struct ent_memoranda_done *done = command->done;
	char *bytes = NULL;
	size_t size = 0;
	const uint64_t seq = draft->seq;
	const int64_t time_utc_us = draft->time_us;
	ent_status status = ent_memo_act_print(&command->act, &bytes, &size);
	if (status != ENT_OK)
		return status;
	if (command->ledger->bytes + size > ENT_MEMORANDA_BYTES_MAX ||
			size > ENT_SCRIBE_ENTRY_MAX) {
		refuse(done, ENT_E_LIMIT, command->ledger->name,
				"the entry, or our ledger with it, would be larger than it may be");
		status = ENT_E_REFUSED;
	}
	if (status == ENT_OK)
		status = ent_scribe_add(draft, bytes, size);
	if (status == ENT_OK && command->payload != NULL)
		status = ent_scribe_add_payload(draft, command->payload, command->payload_size);
	if (status == ENT_OK) {
		done->seq = seq;
		done->time_utc_us = time_utc_us;
		done->class_ = command->act.class_;
		ent_ledger_leaf_hash(bytes, size, &done->leaf);
	}
	free(bytes);
	return status;
}

ent_status act_decide(void *state, const void *user, struct ent_scribe_draft *draft,
		struct ent_fault *reterr_fault) {
	const struct memo_ledger *ledger = state;
	struct command *command = *(struct command *const *)user;
	struct memorandum *memorandum = ledger->of;
	(void)reterr_fault;
	command->again = ledger->applied > ledger->durable;
	if (command->again)
		return ENT_OK;
	(void)pthread_mutex_lock(&memorandum->lock);
	ent_status status = decide_here(memorandum, command, draft->time_us);
	(void)pthread_mutex_unlock(&memorandum->lock);
	if (status == ENT_OK)
		status = sign(memorandum, command);
	return status == ENT_OK ? add(command, draft) : status;
}

/* Who finds that another contradicts itself must be able to leave what it agreed with it. */
static bool leaves(enum ent_memo_act_kind kind) {
	return kind == ENT_MEMO_ACT_SUSPEND || kind == ENT_MEMO_ACT_WITHDRAW;
}

bool act_goes_on(const void *user) {
	const struct command *command = *(struct command *const *)user;
	return leaves(command->act.kind);
}

/* --- Waiting --- */

struct waiting {
	struct ent_scribe_job job; /* first */
	pthread_mutex_t lock;
	pthread_cond_t told;
	struct command *command;
	struct ent_scribe_outcome outcome;
	bool done;
	ent_status status;
};

static void decided(struct ent_scribe_job *job, const struct ent_scribe_outcome *outcome) {
	((struct waiting *)job)->outcome = *outcome;
}

static void told(struct ent_scribe_job *job, ent_status status) {
	struct waiting *waiting = (struct waiting *)job;
	(void)pthread_mutex_lock(&waiting->lock);
	waiting->done = true;
	waiting->status = status;
	(void)pthread_cond_signal(&waiting->told);
	(void)pthread_mutex_unlock(&waiting->lock);
}

static void submit_and_wait(struct waiting *waiting) {
	waiting->done = false;
	waiting->job = (struct ent_scribe_job){
			.command = &waiting->command, .decided = decided, .done = told};
	ent_post_submit(waiting->command->ledger->post, &waiting->job);
	(void)pthread_mutex_lock(&waiting->lock);
	while (!waiting->done)
		(void)pthread_cond_wait(&waiting->told, &waiting->lock);
	(void)pthread_mutex_unlock(&waiting->lock);
}

static void submit(struct command *command) {
	struct ent_memoranda_done *done = command->done;
	struct waiting waiting = {.command = command};
	if (pthread_mutex_init(&waiting.lock, NULL) != 0) {
		done->status = ENT_E_MEMORY;
		return;
	}
	if (pthread_cond_init(&waiting.told, NULL) != 0) {
		(void)pthread_mutex_destroy(&waiting.lock);
		done->status = ENT_E_MEMORY;
		return;
	}
	do {
		command->again = false;
		waiting.outcome = (struct ent_scribe_outcome){.refused = false};
		submit_and_wait(&waiting);
	} while (command->again && waiting.status == ENT_OK);
	(void)pthread_cond_destroy(&waiting.told);
	(void)pthread_mutex_destroy(&waiting.lock);
	if (waiting.status != ENT_OK) {
		done->status = waiting.status;
		ent_fault_set(&done->fault, command->ledger->name, "%s",
				waiting.status == ENT_E_IO
						? "it takes no entries now, or nobody knows yet "
						  "whether this one is written"
						: ent_status_text(waiting.status));
	} else if (waiting.outcome.refused && done->status == ENT_OK) {
		/* The ledger's own word: it is frozen. */
		done->status = ENT_E_REFUSED;
		done->fault = waiting.outcome.fault;
	}
}

/* --- Whose it is --- */

static void concern(const struct ent_memo_terms *terms, struct audience *concerned) {
	concerned->n = 0;
	for (uint32_t i = 0; i < terms->n_parties; i++)
		members_add(concerned, terms->party[i]);
}

/* Of what is answered: an offer, or a draft that all could read. */
static const struct said *answered_by(const struct life *life, const struct ent_memo_act *act) {
	for (size_t i = 0; i < life->n_said; i++) {
		const struct said *said = &life->said[i];
		if ((said->kind == ENT_MEMO_ACT_OFFER ||
				    (said->kind == ENT_MEMO_ACT_DRAFT && !said->sealed)) &&
				said->seq == act->offer.size &&
				strcmp(life->parties.party[said->party].id, act->offer.party) == 0)
			return said;
	}
	return NULL;
}

/* Under the lock: the version that the act is about, or that is in force. False: there is none. */
static bool version_of(const struct memorandum *memorandum, const struct ent_memo_act *act,
		int64_t now_utc_us, struct ent_hash *ret_version) {
	const struct life *life = memorandum->life;
	const struct said *said = NULL;
	struct ent_memo_cut cut;
	struct ent_memo_state state;
	switch (act->kind) {
	case ENT_MEMO_ACT_OFFER:
	case ENT_MEMO_ACT_SIGN:
	case ENT_MEMO_ACT_PAPER:
		*ret_version = act->version;
		return true;
	case ENT_MEMO_ACT_ACCEPT:
	case ENT_MEMO_ACT_DECLINE:
		said = answered_by(life, act);
		if (said != NULL)
			*ret_version = said->version;
		return said != NULL;
	default:
		ent_memo_cut_all(life->memo, &cut);
		ent_memo_state(life->memo, &cut, now_utc_us, &state);
		*ret_version = state.version_given ? state.version : state.next;
		return state.version_given || state.next_given;
	}
}

static ent_status concerned_by(struct memorandum *memorandum, const struct ent_memo_act *act,
		struct audience *ret_concerned) {
	struct ent_hash hash = {{0}};
	uint32_t version = 0;
	const struct ent_memoranda *all = memorandum->all;
	const int64_t now_us = all->options.clock(all->options.user);
	(void)pthread_mutex_lock(&memorandum->lock);
	ent_status status = fill(memorandum);
	if (status == ENT_OK && memorandum->life == NULL)
		status = ENT_E_MEMORY;
	if (status == ENT_OK && version_of(memorandum, act, now_us, &hash) &&
			ent_memo_find(memorandum->life->memo, &hash, &version) == ENT_OK)
		concern(ent_memo_terms(memorandum->life->memo, version), ret_concerned);
	else if (status == ENT_OK)
		status = members_concerned(memorandum, ret_concerned);
	(void)pthread_mutex_unlock(&memorandum->lock);
	return status;
}

/* Under the lock. NULL: no fault. Who mistypes a clause would leave what it owes open, and be told that it was said. */
static const char *obligation_fault(
		const struct ent_memodoc *doc, const char *us, const char *clause) {
	const struct ent_memodoc_parts *parts = ent_memodoc_parts(doc);
	for (uint32_t i = 0; i < parts->n_obligations; i++) {
		const struct ent_memodoc_obligation *obligation = &parts->obligation[i];
		if (strcmp(obligation->clause.id, clause) != 0)
			continue;
		return strcmp(parts->party[obligation->owner].id, us) == 0
				? NULL
				: "another party owes that; what you have to say of it, declare";
	}
	return "no obligation stands in that clause of the version in force";
}

/* That there is a version in force is asked when it is decided. */
static void check_obligation(struct memorandum *memorandum, const struct ent_memo_act *act,
		struct ent_memoranda_done *done) {
	const struct ent_memoranda *all = memorandum->all;
	const int64_t now_us = all->options.clock(all->options.user);
	const struct ent_memodoc *doc = NULL;
	struct ent_memo_cut cut;
	struct ent_memo_state state = {.version_given = false};
	(void)pthread_mutex_lock(&memorandum->lock);
	if (memorandum->life != NULL) {
		const struct ent_memo *memo = memorandum->life->memo;
		ent_memo_cut_all(memo, &cut);
		ent_memo_state(memo, &cut, now_us, &state);
	}
	if (state.version_given)
		done->status = document_of(memorandum, &state.version, &doc);
	const char *fault = doc != NULL ? obligation_fault(doc, all->us, act->clause) : NULL;
	if (fault != NULL)
		refuse(done, ENT_E_REFUSED, act->clause, fault);
	(void)pthread_mutex_unlock(&memorandum->lock);
}

/* --- Prepared --- */

static void refuse_document(
		struct ent_memoranda_done *done, const struct ent_memodoc_faults *faults) {
	done->status = ENT_E_SYNTAX;
	if (faults->n > 0)
		done->fault = faults->fault[0].fault;
}

/* Who is no party to it has no business with it, and we have it. */
static bool may_be_for(const struct ent_memoranda *all, const struct ent_memo_act *act,
		const struct audience *concerned) {
	for (uint32_t i = 0; act->sealed && i < act->n_sealed_for; i++)
		if (strcmp(act->sealed_for[i], all->us) == 0 ||
				!members_has(concerned, act->sealed_for[i]))
			return false;
	return true;
}

/* What a draft says of whose it is. */
static void read_draft(const struct ent_memoranda *all, const struct ent_memoranda_act *asked,
		struct audience *concerned, struct ent_memoranda_done *done) {
	const struct ent_memo_text *text = &asked->act->document;
	struct ent_memodoc *doc = NULL;
	struct ent_memodoc_faults *faults = calloc(1, sizeof *faults);
	const ent_status status = faults == NULL
			? ENT_E_MEMORY
			: ent_memodoc_read(text->bytes, text->size, &doc, faults);
	if (status == ENT_E_MEMORY) {
		done->status = status;
	} else if (status != ENT_OK) {
		refuse_document(done, faults);
	} else {
		const struct ent_memo_terms *terms = ent_memodoc_terms(doc);
		concern(terms, concerned);
		(void)snprintf(done->memorandum, sizeof done->memorandum, "%s", terms->memorandum);
		if (asked->memorandum != NULL && strcmp(asked->memorandum, terms->memorandum) != 0)
			refuse(done, ENT_E_SYNTAX, "id", "it is of another memorandum");
		else if (!members_has(concerned, all->us))
			refuse(done, ENT_E_SYNTAX, "parties", "it does not name us");
		else if (!may_be_for(all, asked->act, concerned))
			refuse(done, ENT_E_SYNTAX, "for",
					"it is kept to parties that the document names, beside us");
	}
	ent_memodoc_destroy(doc);
	free(faults);
}

static enum ent_class class_of(const struct ent_memoranda *all, const struct audience *concerned) {
	size_t others = 0;
	if (!all->options.settable_clock)
		return ENT_CLASS_ACTUAL;
	for (size_t i = 0; i < concerned->n; i++) {
		if (strcmp(concerned->id[i], all->us) == 0)
			continue;
		if (!all->options.settable(all->options.user, concerned->id[i]))
			return ENT_CLASS_TEST;
		others++;
	}
	return others > 0 ? ENT_CLASS_ACTUAL : ENT_CLASS_TEST;
}

/* Our ledger may have nothing in it yet that says whom it is with. */
static void check_forks(struct memorandum *memorandum, const struct audience *concerned,
		struct ent_memoranda_done *done) {
	(void)pthread_mutex_lock(&memorandum->lock);
	for (size_t i = 0; i < memorandum->n_ledgers; i++) {
		const struct memo_ledger *ledger = memorandum->ledgers[i];
		if (ledger->forked && members_has(concerned, ledger->author))
			refuse(done, ENT_E_REFUSED, "", ledger->evidence);
	}
	(void)pthread_mutex_unlock(&memorandum->lock);
}

static int by_text(const void *a, const void *b) {
	return strcmp(a, b);
}

/* Salt and document go beside the entry, to those named; the entry has their hash. */
static void seal(struct command *command) {
	struct ent_memo_act *act = &command->act;
	const struct ent_memo_text document = act->document;
	if (document.size > ENT_PARCEL_PAYLOAD_MAX - ENT_PARCEL_SALT_SIZE) {
		refuse(command->done, ENT_E_LIMIT, "document", "it is too large");
		return;
	}
	command->payload_size = ENT_PARCEL_SALT_SIZE + document.size;
	command->payload = malloc(command->payload_size);
	if (command->payload == NULL) {
		command->done->status = ENT_E_MEMORY;
		return;
	}
	ent_seal_random(command->payload, ENT_PARCEL_SALT_SIZE);
	memcpy(command->payload + ENT_PARCEL_SALT_SIZE, document.bytes, document.size);
	ent_seal_sha256(command->payload, command->payload_size, &act->sealed_hash);
	command->done->sealed = act->sealed_hash;
	act->document = (struct ent_memo_text){NULL, 0};
	act->ad_referendum = true;
	qsort(act->sealed_for, act->n_sealed_for, sizeof act->sealed_for[0], by_text);
}

/* The memorandum that the act is of, and whom it concerns. NULL: 'done' says why. */
static struct memorandum *prepare(struct ent_memoranda *all, const struct ent_memoranda_act *asked,
		struct audience *concerned, struct ent_memoranda_done *done) {
	struct memorandum *memorandum = NULL;
	if (asked->act->kind == ENT_MEMO_ACT_DRAFT) {
		read_draft(all, asked, concerned, done);
		if (done->status == ENT_OK)
			done->status = memoranda_get(all, done->memorandum, true, &memorandum);
		if (done->status == ENT_E_LIMIT)
			refuse(done, ENT_E_LIMIT, "id", "there are as many memoranda as may be");
		return memorandum;
	}
	char tag[ENT_MEMORANDA_TAG_SIZE];
	if (asked->memorandum == NULL ||
			ent_memoranda_tag(all, asked->memorandum, tag) == ENT_E_MISSING) {
		refuse(done, ENT_E_MISSING, asked->memorandum != NULL ? asked->memorandum : "",
				"there is no such memorandum here");
		return NULL;
	}
	memorandum = memoranda_find(all, asked->memorandum);
	(void)snprintf(done->memorandum, sizeof done->memorandum, "%s", asked->memorandum);
	done->status = concerned_by(memorandum, asked->act, concerned);
	if (done->status == ENT_OK && asked->act->kind == ENT_MEMO_ACT_OBLIGATION)
		check_obligation(memorandum, asked->act, done);
	return memorandum;
}

/* A job would wait as long as its ledger asks, and whoever submits it with it: of a restored copy there is no end to that. */
static ent_status wait_until_written(const struct memo_ledger *ledger, struct ent_fault *fault) {
	const struct timespec step = {.tv_nsec = ASKING_STEP_NS};
	struct ent_post_stand stand;
	ent_post_stand(ledger->post, &stand);
	for (int i = 0; stand.asking && i < ASKING_STEPS_MAX; i++) {
		(void)nanosleep(&step, NULL);
		ent_post_stand(ledger->post, &stand);
	}
	if (!stand.asking)
		return ENT_OK;
	ent_fault_set(fault, ledger->name,
			"not written yet: those whom it concerns are still asked how much of it "
			"they have; try again in some seconds");
	return ENT_E_IO;
}

void ent_memoranda_do(struct ent_memoranda *memoranda, const struct ent_memoranda_act *act,
		struct ent_memoranda_done *ret_done) {
	struct audience concerned = {.n = 0};
	struct command command = {
			.asked = act, .concerned = &concerned, .act = *act->act, .done = ret_done};
	memset(ret_done, 0, sizeof *ret_done);
	struct memorandum *memorandum = prepare(memoranda, act, &concerned, ret_done);
	if (memorandum == NULL || ret_done->status != ENT_OK)
		return;
	if (!leaves(act->act->kind))
		check_forks(memorandum, &concerned, ret_done);
	if (ret_done->status == ENT_OK)
		ret_done->status = ledger_open_ours(
				memorandum, &concerned, &command.ledger, &ret_done->fault);
	if (ret_done->status == ENT_OK)
		ret_done->status = wait_until_written(command.ledger, &ret_done->fault);
	if (ret_done->status != ENT_OK)
		return;
	/* What is here of others is in it, and it is frozen when it has to be. */
	ret_done->status = settle(memorandum);
	if (ret_done->status != ENT_OK)
		return;
	command.act.class_ = class_of(memoranda, &concerned);
	if (command.act.kind == ENT_MEMO_ACT_DRAFT && command.act.sealed)
		seal(&command);
	if (ret_done->status == ENT_OK) {
		submit(&command);
		(void)settle(memorandum);
	}
	if (command.payload != NULL)
		ent_seal_wipe(command.payload, command.payload_size);
	free(command.payload);
}
