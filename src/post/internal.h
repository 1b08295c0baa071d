/* SPDX-License-Identifier: Apache-2.0 */
/*
 * internal.h: what the parts of a post share.
 *
 *     submit -> scribe -> stored -> books of those that it is shared with -> owed
 *     compose: book, copied -> entries from the store -> parcel -> sent | failed
 *     take: parcel -> its notes of ours -> book -> DIR/cosigned
 *                  -> its ledgers -> replicas -> grew | evidence -> answer
 *
 * Locks. Only 'opening', 'lacking' and 'ahead_lock' are held while the disk is waited for, 'opening' also while a fold
 * is called, and nobody who looks needs them:
 * - the post's: which peers and ledgers there are, who has which, what is frozen, alarms. Peers and ledgers stay where they
 *   are until the end, so what was found under it is used without it.
 * - a ledger's 'opening': by who opens its replica, or its scribe's ledger, while others have it. It waits until nobody uses the replica, so
 *   who uses it must not ask for this one.
 * - a ledger's 'lacking': by who writes what is here without its payload, while it uses the replica.
 * - a ledger's 'use': which replica or scribe's ledger it has now. Who uses the replica is counted, and who replaces it waits.
 * - 'ahead_lock': by who writes what other members had of a ledger; the disk is waited for under it, and nothing else done.
 * - 'keeping': by who writes in DIR/alarms, a file at a time, behind all of these but the post's.
 * - a peer's: its keys and its book. Nothing is locked under it, and it under nothing.
 */
#ifndef ENTENTE_POST_INTERNAL_H
#define ENTENTE_POST_INTERNAL_H

#include <pthread.h>

#include "entente/post.h"

enum {
	EVIDENCE_MAX = 1024, /* files in DIR/evidence that are kept; of one author half of them */
	EVIDENCE_OF_LEDGER_MAX = 4, /* of one ledger: a line goes on, and may fork again */
	LACKS_MAX = 64,             /* entries of a ledger that wait for their payload */
	ALARMS_OF_PEER_MAX = 32,    /* so one peer does not push out what others did */
	ALARMS_WRITTEN_MAX = 8,     /* files in DIR/alarms, in one pass of a second */
	ALARMS_AT_ONCE_MAX =
			8, /* that are written before they are told, from one pass to the next */
	ALARMS_AT_ONCE_OF_PEER =
			2, /* of these, so that one peer's do not use up what others' need */
	FILE_NAME_SIZE = 256,
	/* What an answer brings of a line: of a kilobyte each at most, so that it stays one of usual size. */
	FETCHED_ENTRIES_MAX = 256,
	FETCHED_LEDGERS_MAX = 16 /* more than a line has of one side */
};
#define NO_DOUBT UINT64_MAX

/* --- folder.c: a folder of the data directory --- */

struct folder {
	int fd;
	char path[ENT_POST_PATH_SIZE];
};
/* Makes it when it is not there. E_IO, E_LIMIT. */
ENT_MUST_USE ent_status folder_open(struct folder *folder, const char *directory, const char *name,
		struct ent_fault *reterr_fault);
void folder_close(struct folder *folder);
/* Whole or not at all, synced. E_IO. */
ENT_MUST_USE ent_status folder_write(const struct folder *folder, const char *name,
		const void *bytes, size_t size, struct ent_fault *reterr_fault);
/* Synced; one that is not there is fine. E_IO. */
ENT_MUST_USE ent_status folder_remove(
		const struct folder *folder, const char *name, struct ent_fault *reterr_fault);
/* Terminated. E_MISSING; E_LIMIT: 'room' or more; E_IO. */
ENT_MUST_USE ent_status folder_read(const struct folder *folder, const char *name, char *ret_text,
		size_t room, size_t *ret_length);
/* Each name in it that does not begin with a dot, in no order. E_IO; what 'found' returns. */
ENT_MUST_USE ent_status folder_list(const struct folder *folder,
		ent_status (*found)(void *user, const char *name), void *user);
/* "<id>+<ledger, with + for each slash>+<end>": safe as a file's name, and to be told apart again. */
void folder_name(
		const char *id, const char *ledger, const char *end, char ret_name[FILE_NAME_SIZE]);

/* A sealed entry, ours or for us, of which all is not done yet; purge.c. */
struct sealed_entry;
struct envelope_sealed;

/* --- The parts --- */

/* What a peer is owed of one of our ledgers, beside the book's line of the same number. */
struct line {
	struct ent_post_ledger *ledger;
	char *note; /* cosigned by the peer and not written yet; NULL: none */
	size_t note_length;
	int64_t written_us;
	bool writing;
};

struct peer {
	struct peer *next;
	char id[ENT_PARTY_ID_SIZE];
	pthread_mutex_t lock; /* for what follows */
	bool known;
	struct ent_vkey vkey,
			older[ENT_SCRIBE_OLDER_MAX]; /* of type 0x01; the newest of before first */
	size_t n_older;
	struct ent_book *book;
	struct line *lines;
	size_t capacity;
	/* Of the post's lock; places.c. */
	size_t n_sealed; /* entries of its ledgers that whoever purges is not done with */
	size_t n_coming; /* payloads that were taken, and whose entries were not looked at yet */
	size_t n_behind; /* ledgers of it with entries that are not looked at, for want of places */
};

struct member {
	struct peer *peer;
	/* Of another's ledger. */
	uint64_t told; /* the size that the peer was told of over the network, or has shown that it has */
	int64_t told_us;
	bool handed; /* it may have the entries from us */
	/* Of one of ours that asks. */
	bool is_only_asked; /* it is not shared with this one */
	bool answered;
	uint32_t asked; /* how often, over the network */
	int64_t again_us;
};

/* An entry that is here without its payload. */
struct lack {
	uint64_t seq;
	bool handed_on; /* its author has not brought it yet */
};

/* What a peer has shown of another's ledger, and how it is asked for what is not here. */
struct hand {
	struct peer *peer;
	uint64_t shown; /* so many it has, by its own word or the author's checkpoint */
	uint64_t noted; /* the size of the largest checkpoint, signed by the author, that came from it */
	uint32_t asked;  /* how often since then */
	bool was_asked;  /* ever; what was asked for may come twice, and late */
	bool from_start; /* for the proof: what is here is not what came before what it gave */
	int64_t again_us;
	/* So many it has, the same as here: it has cosigned the author's checkpoint of them. */
	uint64_t has;
	/* It has cosigned this of more than was here then, so it was not compared; 0: none. */
	uint64_t cosigned;
	struct ent_hash root;
};

/* Of a ledger of ours: asks -> becomes, by one thread -> written, or broken. */
enum stage { WRITTEN, ASKS, BECOMES, BROKEN };

struct ent_post_ledger {
	struct ent_post *post;
	struct ent_post_ledger_options options; /* its name is 'name' */
	char name[ENT_PARCEL_NAME_MAX + 1], author[ENT_PARTY_ID_SIZE], origin[ENT_ORIGIN_SIZE];
	struct peer *peer;                     /* the author; NULL: it is ours */
	pthread_mutex_t lacking, opening, use; /* 'use' is for what follows, up to 'aside' */
	pthread_cond_t unused;
	bool has_lacking, has_opening, has_use, has_unused;
	unsigned users;                   /* of the replica, right now */
	struct ent_scribe_ledger *scribe; /* of ours, when it is written */
	struct ent_replica *
			replica; /* of theirs, or of ours that asks; NULL: it could not be opened anew */
	bool is_left; /* it is closed when nobody uses it any more, and nobody begins to */
	struct aside {
		uint64_t size;
		char *note;
		size_t note_length;
	} aside;         /* what the replica had that was closed last */
	uint32_t number; /* in the store */
	/* Under the post's lock. */
	bool is_open;
	struct member *members;
	size_t n_members, capacity;
	struct lack *lacks; /* NULL, or room for LACKS_MAX */
	size_t n_lacks;
	struct hand *hands;
	size_t n_hands;
	uint64_t held;   /* of another's: entries that are here, */
	int64_t grew_us; /* since then */
	bool frozen;
	char reason[ENT_FAULT_WHY_SIZE];
	unsigned evidence; /* files of it */
	char *unkept;      /* evidence that could not be written; NULL: none */
	size_t unkept_length;
	int64_t came_us;
	struct ent_hash ahead; /* of what its file in DIR/cosigned has; of the post's 'ahead_lock' */
	/* Of a peer's: when its checkpoint went to its author in a file last, and as which of all; 0: never. */
	int64_t noted_us;
	uint64_t noted;
	uint64_t doubt; /* from here on it is asked for again, for the proof; NO_DOUBT */
	enum stage stage;
	bool past;            /* another took its place */
	uint64_t signed_size; /* while it asks: so many entries of it we signed, as was shown to us */
	struct ent_scribe_job *jobs, **last_job; /* that wait until it is written */
	size_t n_jobs;
	size_t n_came; /* payloads of it that are stored, and whose entries were not looked at yet */
	bool is_behind; /* entries of it are not looked at, for want of places */
	bool is_unlooked; /* entries were here when it was opened, and nobody has begun to look at them */
	/* Of who purges: entries that were looked at; those that are sealed. */
	uint64_t n_looked;
	struct sealed_entry *sealed;
	size_t n_sealed, sealed_capacity, tell_from;
};

struct alarm {
	struct ent_post_alarm alarm;
	int64_t told_us;
	unsigned slot; /* its file in DIR/alarms, when it is one that is kept */
	bool recalled; /* of before the start, and not since */
	bool closed;   /* by a person, and not done again since */
};

struct ent_post {
	struct ent_post_options options; /* 'directory' and 'id' are those below */
	char directory[ENT_POST_PATH_SIZE], id[ENT_PARTY_ID_SIZE];
	struct ent_vkey vkey; /* ours, of type 0x01 */
	struct ent_vkey older[ENT_SCRIBE_OLDER_MAX];
	size_t n_older;
	struct ent_scribe *scribe;
	struct folder evidence, cosigned, alarm_files;
	pthread_mutex_t ahead_lock; /* of the files of what is ahead */
	pthread_mutex_t lock;       /* for what follows */
	bool has_lock, has_ahead_lock;
	struct peer *peers;
	size_t n_peers;
	struct ent_post_ledger *ledgers[ENT_POST_LEDGERS_MAX];
	size_t n_ledgers;
	struct ent_post_ledger *by_number[ENT_STORE_LEDGERS_MAX + 1]; /* of ours */
	char (*files)[FILE_NAME_SIZE]; /* in DIR/evidence; room for EVIDENCE_MAX */
	size_t n_files;
	int64_t last_evidence_us;
	pthread_mutex_t purging; /* who purges does it alone; before all others */
	bool has_purging;
	_Atomic bool purges_again; /* something has come */
	int64_t purge_next_utc_us; /* of who purges */
	/* Of the lock, as those of a peer: sealed entries that are not done with, of all ledgers, and of peers'. */
	size_t n_payloads, n_of_peers, n_coming;
	size_t n_unlooked; /* ledgers, at the start, of which it is not known what they have */
	bool is_swept; /* since the start, or the last that failed, a purge was done: what is not in the store is nowhere */
	_Atomic bool full_told;
	struct alarm alarms[ENT_POST_ALARMS_MAX]; /* by number */
	bool alarm_changed[ENT_POST_ALARMS_MAX];  /* by slot: its file is not what it should be */
	size_t n_alarms;
	uint64_t alarm_number, note_number;
	char at_once[ALARMS_AT_ONCE_MAX]
		    [ENT_PARTY_ID_SIZE]; /* since the last pass: because of whom */
	size_t n_at_once;
	pthread_mutex_t keeping; /* one writes in DIR/alarms at a time; before the post's, behind all others */
	bool has_keeping;
	/* Of who keeps: a file could not be written, which was told, and no pass was fine since; the slot behind the last that a pass wrote. */
	bool alarm_failed;
	unsigned alarm_next;
};

int64_t post_now(const struct ent_post *post);
ENT_PRINTF(3, 4)
void post_say(const struct ent_post *post, enum ent_scribe_say severity, const char *format, ...);
/* For the scribe's 'stored'. */
void post_stored(void *post, struct ent_scribe_ledger *scribe, uint64_t size);
/* Did we sign it, by the key that we have or by one before? */
bool post_signed(const struct ent_post *post, const char *note, size_t length,
		struct ent_checkpoint *ret_checkpoint);
/*
 * old_keys.c: does the parcel show, of this ledger of ours, what a line key of ours signed that is not here? Then that is told beside
 * what else it looks like, which it may be as well. 'cosigner' is the peer's.
 */
bool old_keys_tell(struct ent_post *post, const char *peer, const struct ent_parcel *parcel,
		const struct ent_vkey *cosigner, const char *ledger);
/* The same key as a cosigner of another's ledger. */
struct ent_vkey post_cosigner(const struct ent_vkey *vkey);

/* alarms.c. 'ledger' and 'peer' may be NULL, 'evidence' too. */
void post_alarm(struct ent_post *post, enum ent_post_alarm_kind kind, const char *peer,
		const char *ledger, const struct ent_fault *fault, const char *evidence);

/* Was such a one raised of this ledger since the start, whoever it was about, and is remembered? */
bool post_alarm_stands(struct ent_post *post, enum ent_post_alarm_kind kind, const char *ledger);
/* The first to be forgotten goes when there are enough. Under the lock, or before anybody else has the post. */
struct alarm *alarms_add(struct ent_post *post, const struct ent_post_alarm *what);
bool alarms_are_same(const struct ent_post_alarm *a, const struct ent_post_alarm *b);
/* What the log has of it. 'when': "", or ", from before the start". */
void alarms_say(const struct ent_post *post, const struct ent_post_alarm *alarm, const char *when);

/* alarms_kept.c: DIR/alarms */
/* Is one of this kind kept? */
bool alarms_is_kept(enum ent_post_alarm_kind kind);
/* "alarms/<slot>.alarm" */
void alarms_file(unsigned slot, char ret_file[ENT_POST_KEPT_SIZE]);
/* Makes the folder, and recalls what is in it. E_IO, E_MEMORY. */
ENT_MUST_USE ent_status alarms_open(struct ent_post *post, struct ent_fault *reterr_fault);
/* Writes at most so many of the files that have changed. E_IO, E_MEMORY: to be tried again. */
ENT_MUST_USE ent_status alarms_write(struct ent_post *post, size_t most);
/* The file of an alarm that is about to be told, because of this peer; not when there were many since the last pass. */
void alarms_write_now(struct ent_post *post, unsigned slot, const char *peer);
/* Takes it away. By who holds 'keeping'. E_IO. */
ENT_MUST_USE ent_status alarms_remove(
		struct ent_post *post, unsigned slot, struct ent_fault *reterr_fault);

/* alarms_close.c: may one of this kind be closed? It was done once, and nothing here still says so. */
bool alarms_is_closable(enum ent_post_alarm_kind kind);

/* peers.c: NULL when no such peer was ever known. */
struct peer *post_peer(struct ent_post *post, const char *id);
/* Is it known now? Then its keys. */
bool post_peer_keys(struct peer *peer, struct ent_vkey *ret_vkey);
void post_peers_close(struct ent_post *post);

/* ledgers.c */
/* Ledgers by whose author they are, and with whom: NULL: any. Pointers from malloc. E_MEMORY. */
struct choice {
	const struct peer *author; /* of this peer's own */
	const struct peer *member; /* of others', that this peer shares */
};
ENT_MUST_USE ent_status post_choose(struct ent_post *post, const struct choice *choice,
		struct ent_post_ledger ***ret_ledgers, size_t *ret_n);
void post_ledgers_close(struct ent_post *post);
bool post_is_line(const struct ent_post_ledger *ledger);
/* Is this, by its form, the name of a ledger that this party writes (docs/decisions/0015)? */
bool post_name_is_of(const char *name, const char *author);

/* kept.c */
/* Opens its replica by the keys that its author has now, anew when it was open. */
ENT_MUST_USE ent_status kept_open(struct ent_post_ledger *ledger, struct ent_fault *reterr_fault);
/* Closes it; who looks sees it as it was. Under 'opening'. */
void kept_put_aside(struct ent_post_ledger *ledger);
/* Its replica stays until kept_unuse. E_MISSING: it is ours, and written; else it cannot be opened. */
ENT_MUST_USE ent_status kept_use(struct ent_post_ledger *ledger, struct ent_fault *reterr_fault);
void kept_unuse(struct ent_post_ledger *ledger);
/* Its answer without evidence. */
void kept_look(struct ent_post_ledger *ledger, struct ent_replica_answer *ret_answer);

/* ahead.c */
/* Writes what other members had of this ledger of a peer's, and is ahead of what is here, when it is not as it was. */
void ahead_keep(struct ent_post_ledger *ledger);
/* Reads it, at the start; what shows a contradiction by now is evidence. */
void ahead_recall(struct ent_post_ledger *ledger);

/* asking.c */
/* Of ours; NULL: it is not written yet. */
struct ent_scribe_ledger *post_scribe(struct ent_post_ledger *ledger);
/* Opens the scribe's ledger. Under 'opening' when others have it already. */
ENT_MUST_USE ent_status post_scribe_open(
		struct ent_post_ledger *ledger, struct ent_fault *reterr_fault);
/* A ledger of ours that asks. NULL: there is none of this name. */
struct ent_post_ledger *asking_find(struct ent_post *post, const char *name);
/* The ledgers that ask this peer: to be freed. E_MEMORY. */
ENT_MUST_USE ent_status asking_list(struct ent_post *post, const struct peer *peer,
		struct ent_post_ledger ***ret_ledgers, size_t *ret_n);
/* When this peer is to be asked: INT64_MAX: not at all. */
int64_t asking_next_us(struct ent_post *post, const struct peer *peer, int64_t now_us);
/* A parcel went out that asks the first so many, or did not arrive. */
void asking_sent(struct ent_post *post, const struct peer *peer, size_t n, bool arrived);
/* Has it been asked, and is still waited for? */
bool asking_waits(struct ent_post_ledger *ledger, const struct peer *peer);
/* The peer answers that it has so many. True: no more than are here. */
bool asking_answered(struct ent_post_ledger *ledger, const struct peer *peer, uint64_t said);
/* Somebody has a checkpoint of it that we signed: it is not complete with less. */
void asking_signed(struct ent_post_ledger *ledger, uint64_t size);
/* Writes those that have all their answers. */
void asking_begin_answered(struct ent_post *post);
void asking_drop_jobs(struct ent_post *post);

/* lacks.c: what is here without its payload */
/* Of before a start. E_IO, E_MEMORY. */
ENT_MUST_USE ent_status lacks_recall(struct ent_post_ledger *ledger);
/* May a payload of this entry, which is here, be taken? */
bool lacks_payload(struct ent_post_ledger *ledger, uint64_t seq);
/* As kept_look, as its author is told: only so much that all it has for us is here, or was brought by it without. */
void lacks_look(struct ent_post_ledger *ledger, struct ent_replica_answer *ret_answer);

/* relay.c: what members hand on of each other's ledgers (docs/decisions/0022) */
/* Whose ledger of a memorandum is this, when it is neither ours nor of this peer? False: it is none. */
bool relay_author(const struct ent_post *post, const char *name, const struct peer *from,
		char ret_author[ENT_PARTY_ID_SIZE]);
/* The ledger of such a name. NULL: it is not open, or none. */
struct ent_post_ledger *relay_find(
		struct ent_post *post, const char *name, const struct peer *from);
/* A ledger of another's has so many entries here. */
void relay_grew(struct ent_post_ledger *ledger, uint64_t size);
/* The peer has so many, by its own word, or by a checkpoint that the author signed. */
void relay_shown(struct ent_post_ledger *ledger, struct peer *peer, uint64_t size, bool is_noted);
/* It has cosigned this checkpoint of the author's, which is compared with what is here, or is of more. */
void relay_cosigned(struct ent_post_ledger *ledger, struct peer *peer,
		const struct ent_checkpoint *checkpoint, bool is_compared);
/* The peer has started anew, perhaps from an old copy: what it had of others' ledgers is not known any more. */
void relay_be_unsure(struct ent_post *post, const struct peer *peer);
/* Does the peer get checkpoints of this ledger? */
bool relay_shares(struct ent_post_ledger *ledger, const struct peer *peer);
/* When this peer is to be told, or asked: INT64_MAX: not at all. */
int64_t relay_next_us(struct ent_post *post, const struct peer *peer, int64_t now_us);
struct relay_ask {
	struct ent_post_ledger *ledger;
	uint64_t from; /* so many are here */
};
/* What the peer is asked for now: to be freed. E_MEMORY. */
ENT_MUST_USE ent_status relay_list(struct ent_post *post, const struct peer *peer, int64_t now_us,
		struct relay_ask **ret_asks, size_t *ret_n);
/* A parcel went out that asks, or did not arrive. */
void relay_sent(struct ent_post *post, const struct peer *peer, bool arrived);
/* Was the peer asked for this ledger? */
bool relay_asked(struct ent_post_ledger *ledger, const struct peer *peer);
/* What it gave does not follow: it is asked for all of it, at once. False: it was. */
bool relay_doubt(struct ent_post_ledger *ledger, struct peer *peer);
/* What it gave was taken, or is no good. */
void relay_taken(struct ent_post_ledger *ledger, const struct peer *peer, bool well);
/* May the peer have the entries of this ledger from us? */
bool relay_gives(struct ent_post_ledger *ledger, const struct peer *peer);

/* shares.c: the peer is owed a ledger of ours. E_LIMIT, E_MEMORY. */
ENT_MUST_USE ent_status post_owe(struct ent_post_ledger *ledger, struct peer *peer);
/* The peer has started anew, perhaps from an old copy: it may have lost of ours what it had. */
void post_be_unsure(struct ent_post *post, struct peer *peer);

/* evidence.c */
ENT_MUST_USE ent_status evidence_open(struct ent_post *post, struct ent_fault *reterr_fault);
/* Freezes a ledger that has evidence from before. */
void evidence_recall(struct ent_post_ledger *ledger);
/* Keeps what shows that the author contradicts itself, freezes the ledger, and raises the alarm. */
void evidence_keep(struct ent_post_ledger *ledger, const char *fork, size_t length,
		const struct ent_fault *fault);
/* Of a ledger whose evidence could not be written: it is tried again. */
void evidence_again(struct ent_post_ledger *ledger);

/* cosigned.c */
/* Of how many entries of a ledger of ours this peer's cosignature lies there, and its time. False: none. */
bool cosigned_read(struct ent_post_ledger *ledger, struct peer *peer, uint64_t *ret_size,
		int64_t *ret_time_us);
/* Writes what is due, or all. */
void cosigned_write(struct ent_post *post, struct peer *peer, bool all);
/* The line keys that a peer has had, in DIR/cosigned too: what is here may be signed by one. E_IO, E_MEMORY. */
ENT_MUST_USE ent_status cosigned_keys(struct ent_post *post, const struct ent_card *card,
		struct ent_vkey ret_older[ENT_SCRIBE_OLDER_MAX], size_t *ret_n,
		struct ent_fault *reterr_fault);

/* said.c: what a parcel says of our ledgers; alarms and acknowledgements are counted. */
void said_take(struct ent_post *post, struct peer *peer, const struct ent_vkey *vkey,
		const struct ent_parcel *parcel, uint64_t asked, struct ent_post_taken *taken);

/* --- purge.c: payloads that are due --- */

/* What says how long a payload is kept, of a sealed entry. */
struct keeping {
	int64_t time_utc_us;
	bool under_given;
	struct ent_hash under;
};
/* Of an entry that was read so. */
struct keeping keeping_of(const char *bytes, size_t size, const struct envelope_sealed *sealed);
/*
 * Of a peer's: not from later than an honest clock could have dated it when it came. False: that is not known above (yet), so it was bound
 * as if it had come at that other time. True of ours.
 */
bool keeping_bound(const struct ent_post_ledger *ledger, uint64_t seq, int64_t otherwise_utc_us,
		struct keeping *keeping);
/* When its payload is due; INT64_MAX: never. Asks whoever is above. */
int64_t keeping_until(const struct ent_post_ledger *ledger, const struct keeping *keeping);
bool keeping_is_over(const struct ent_post_ledger *ledger, const struct keeping *keeping);
/* Something has come, or may be due otherwise than before. */
void purge_again(struct ent_post *post);
void purge_finish(struct ent_post_ledger *ledger);

/* --- places.c: how many payloads there may be --- */

/* A peer's, of which entries are here that nobody has looked at: until somebody does, it is not known what place there is. */
void places_open(struct ent_post_ledger *ledger);
enum places_left { PLACES_UNKNOWN, PLACES_LEFT, PLACES_NONE_OF_PEER, PLACES_NONE };
/* May another payload of this peer's be taken? LEFT: it has its place, until it is given back or is its entry's; UNKNOWN: not yet; NONE. */
enum places_left places_take(struct ent_post *post, struct peer *peer);
void places_give_back(struct ent_post *post, struct peer *peer, size_t n);
/* So many that were taken are stored. */
void places_came(struct ent_post_ledger *ledger, size_t n);
/* A look begins that is to meet so many. */
size_t places_begin(struct ent_post_ledger *ledger);
/* For one more sealed entry beside those that were added since. */
enum places_left places_left(const struct ent_post_ledger *ledger, size_t added);
/* It has added these and met those. 'is_behind': it has not come to the end, for want of places. */
void places_end(struct ent_post_ledger *ledger, size_t added, size_t came, bool is_behind);
/* So many entries are done with. */
void places_done(struct ent_post_ledger *ledger, size_t n);

/* --- envelope.c: what an entry says of its payload --- */

struct envelope {
	struct ent_json *json; /* made when it is first needed */
};
struct envelope_sealed {
	bool sealed, for_them; /* it has a payload; the party that was asked for may have it */
	struct ent_hash hash;
	bool under_given;
	struct ent_hash under;
	char named[ENT_POST_NAMED_MAX - 1][ENT_PARTY_ID_SIZE];
	size_t n_named;
};
/* E_MEMORY. An entry that is not well formed has no payload. */
ENT_MUST_USE ent_status envelope_read(struct envelope *envelope, const char *bytes, size_t size,
		const char *party, struct envelope_sealed *ret_sealed);
void envelope_finish(struct envelope *envelope);

/* --- answer.c: what goes back --- */

struct answer {
	struct ent_post_ledger *came[ENT_PARCEL_LEDGERS_MAX]; /* those to say something of */
	/* The author has only so many of its own entries itself; UINT64_MAX: it has not asked. */
	uint64_t asked[ENT_PARCEL_LEDGERS_MAX];
	size_t n;
	/* Of others, that the peer has shown to have, and are here as far: it is shown that. */
	struct ent_post_ledger *shown[ENT_PARCEL_WITNESSED_MAX];
	size_t n_shown;
	/* Of ours, on the line: the peer has so many, and gets what is behind of those that its book knows. */
	struct fetched {
		struct ent_post_ledger *ledger;
		uint64_t from, to;
	} fetched[FETCHED_LEDGERS_MAX];
	size_t n_fetched;
	const struct ent_parcel_item *unknown; /* "have" of ledgers that are not here */
	size_t n_unknown;
};
void answer_add(struct answer *answer, struct ent_post_ledger *ledger, uint64_t asked);
void answer_show(struct answer *answer, struct ent_post_ledger *ledger);
/* Our cosigned checkpoints and sizes of these. E_MEMORY. */
ENT_MUST_USE ent_status answer_write(struct ent_post *post, struct peer *peer,
		const struct answer *answer, char **ret_text, size_t *ret_length);
/* Can a parcel carry this note? One that was cosigned may have a line too many. */
bool answer_note_fits(const char *note, size_t length);

/* --- fetched.c: of the line, what comes with answers --- */

/* Of the peer's ledgers those that it is asked for with each parcel over the network: to be freed. E_MEMORY. */
ENT_MUST_USE ent_status fetched_choose(struct ent_post *post, const struct peer *peer,
		struct ent_post_ledger ***ret_ledgers, size_t *ret_n);
/* The peer has so many of this one; what it may not have, or is no line, is passed over. */
void fetched_note(struct ent_post *post, struct peer *peer, const char *name, uint64_t from,
		struct answer *answer);
/* Before all else in an answer. E_IO, E_MEMORY. */
ENT_MUST_USE ent_status fetched_write(
		const struct answer *answer, struct ent_parcel_writer *writer);

#endif
