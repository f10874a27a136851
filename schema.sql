-- talkbook's database. Blocks are numbered by their "-- migration N" line,
-- append-only, and embedded in the program; each runs in one transaction that
-- also sets user_version to N. Never edit a block that was released.
--
-- conference … talk_theme come from catalogs and are rebuilt by an import.
-- mark, tag, note, revision, starter and change are the person's own, keyed by
-- the talk's stable key, and an import leaves them alone.

-- migration 1
PRAGMA application_id = 1952541803; -- "talk"

CREATE TABLE meta (
    key TEXT PRIMARY KEY,
    value TEXT NOT NULL
) WITHOUT ROWID;

CREATE TABLE conference (
    id INTEGER PRIMARY KEY,
    slug TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    city TEXT NOT NULL,
    venue TEXT NOT NULL,
    starts_on TEXT NOT NULL,
    ends_on TEXT NOT NULL,
    time_zone TEXT NOT NULL,
    url TEXT NOT NULL
);

CREATE TABLE theme (
    id INTEGER PRIMARY KEY,
    slug TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    position INTEGER NOT NULL
);

CREATE TABLE topic (
    id INTEGER PRIMARY KEY,
    slug TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    theme_id INTEGER NOT NULL REFERENCES theme(id),
    position INTEGER NOT NULL,
    note TEXT NOT NULL
);

CREATE TABLE talk (
    id INTEGER PRIMARY KEY,
    key TEXT NOT NULL UNIQUE,
    conference_id INTEGER NOT NULL REFERENCES conference(id),
    topic_id INTEGER NOT NULL REFERENCES topic(id),
    title TEXT NOT NULL,
    speakers TEXT NOT NULL,
    kind TEXT NOT NULL,
    starts_at TEXT NOT NULL,
    ends_at TEXT NOT NULL,
    day TEXT NOT NULL,
    room TEXT NOT NULL,
    language TEXT NOT NULL,
    level TEXT NOT NULL,
    url TEXT NOT NULL,
    video_url TEXT NOT NULL,
    video_seconds INTEGER NOT NULL,
    highlight INTEGER NOT NULL
);
CREATE INDEX talk_topic ON talk(topic_id);
CREATE INDEX talk_day ON talk(day);
CREATE INDEX talk_room ON talk(room);

-- Apart, so that counting and listing talks read small rows only.
CREATE TABLE summary (
    talk_id INTEGER PRIMARY KEY REFERENCES talk(id) ON DELETE CASCADE,
    body TEXT NOT NULL
);

CREATE TABLE speaker (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE
);
CREATE TABLE talk_speaker (
    talk_id INTEGER NOT NULL REFERENCES talk(id) ON DELETE CASCADE,
    speaker_id INTEGER NOT NULL REFERENCES speaker(id),
    position INTEGER NOT NULL,
    PRIMARY KEY (talk_id, speaker_id)
) WITHOUT ROWID;
CREATE INDEX talk_speaker_of ON talk_speaker(speaker_id);

-- A talk without a theme stands under the theme 'everything-else' here.
CREATE TABLE talk_theme (
    talk_id INTEGER NOT NULL REFERENCES talk(id) ON DELETE CASCADE,
    theme_id INTEGER NOT NULL REFERENCES theme(id),
    PRIMARY KEY (talk_id, theme_id)
) WITHOUT ROWID;
CREATE INDEX talk_theme_of ON talk_theme(theme_id);

-- notes counts the talk's notes outside the trash, kept with each change.
CREATE TABLE mark (
    talk_key TEXT PRIMARY KEY,
    starred INTEGER NOT NULL DEFAULT 0,
    watched INTEGER NOT NULL DEFAULT 0,
    rating INTEGER NOT NULL DEFAULT 0,
    notes INTEGER NOT NULL DEFAULT 0
) WITHOUT ROWID;

CREATE TABLE tag (
    talk_key TEXT NOT NULL,
    name TEXT NOT NULL,
    PRIMARY KEY (talk_key, name)
) WITHOUT ROWID;

CREATE TABLE note (
    id INTEGER PRIMARY KEY,
    uuid TEXT NOT NULL UNIQUE,
    talk_key TEXT NOT NULL DEFAULT '',
    topic_slug TEXT NOT NULL DEFAULT '',
    body TEXT NOT NULL,
    rev INTEGER NOT NULL DEFAULT 1,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL,
    deleted_at TEXT NOT NULL DEFAULT ''
);
CREATE INDEX note_talk ON note(talk_key, id);
CREATE INDEX note_topic ON note(topic_slug, id) WHERE topic_slug <> '';

-- Every earlier version of a note; the present one is in note.
CREATE TABLE revision (
    note_id INTEGER NOT NULL REFERENCES note(id),
    rev INTEGER NOT NULL,
    body TEXT NOT NULL,
    saved_at TEXT NOT NULL,
    PRIMARY KEY (note_id, rev)
) WITHOUT ROWID;

-- The headings of every grouping with their counts, so that a list opens
-- without counting anything. Written with each change by the program; all of
-- it follows from the tables above. grouping is enum db_group, and one more
-- for the total of everything.
CREATE TABLE tally (
    grouping INTEGER NOT NULL,
    position INTEGER NOT NULL,
    key TEXT NOT NULL,
    label TEXT NOT NULL,
    subkey TEXT NOT NULL,
    sublabel TEXT NOT NULL,
    talks INTEGER NOT NULL,
    watched INTEGER NOT NULL,
    starred INTEGER NOT NULL,
    notes INTEGER NOT NULL,
    PRIMARY KEY (grouping, position)
) WITHOUT ROWID;
CREATE INDEX tally_key ON tally(grouping, key, subkey);

-- Starter notes given once, so that deleted ones never come back.
CREATE TABLE starter (
    uuid TEXT PRIMARY KEY
) WITHOUT ROWID;

-- Undo and redo: what a change replaced and by what. kind is starred, watched,
-- rating or tags (target: the talk's key, before and after: the values), or
-- note (target: the note's id, before and after: revisions, '' for none).
CREATE TABLE change (
    id INTEGER PRIMARY KEY,
    kind TEXT NOT NULL,
    target TEXT NOT NULL,
    before TEXT NOT NULL,
    after TEXT NOT NULL,
    undone INTEGER NOT NULL DEFAULT 0
);

-- The words of everything. rowid is 4 × the row's id + 0 for a talk, 1 for a
-- topic, 2 for a note; written by the program, not by triggers, as folded words
-- with blanks between them (match_add_words()), which is all the tokenizer sees.
CREATE VIRTUAL TABLE ft USING fts5 (
    title, speakers, topic, tags, summary, note,
    content='', prefix='1 2 3 4',
    tokenize='ascii'
);

-- migration 2
-- Two indexes, so that a million notes do not slow what is asked of the talks:
-- ft holds talks and topics, ft_note the notes. All of it is made from the tables
-- above, by the program, as folded words with blanks between them
-- (match_add_words()); meta 'index' tells by which rules.
--
-- A document is 4 × the row's id + 0 for a talk, 1 for a topic, 2 for a note on
-- neither; doc holds it as the word #N. ft's rowid is the day's number × 2^26 +
-- the document, so that the highest is the newest; ft_note's is 2^40 - the note's
-- id, the lowest being the newest, since going up is quicker in a long list.
DROP TABLE ft;
DELETE FROM meta WHERE key = 'index';

CREATE VIRTUAL TABLE ft USING fts5 (
    title, speakers, topic, tags, summary, doc,
    content='', columnsize=0, prefix='1 2 3 4',
    tokenize="ascii tokenchars '+#'"
);

-- title, speakers and tags are those of the note's talk (a topic's name is its
-- title), so that one note with its talk can hold all the words of a query.
CREATE VIRTUAL TABLE ft_note USING fts5 (
    note, title, speakers, tags, doc,
    content='', columnsize=0, prefix='1 2 3 4 5 6',
    tokenize="ascii tokenchars '+#'"
);

-- Saving leaves a small segment; they are brought together by db_tidy() and, long
-- before FTS5 would have to do it at once (crisismerge), while nothing else is done.
INSERT INTO ft (ft, rank) VALUES ('automerge', 0);
INSERT INTO ft_note (ft_note, rank) VALUES ('automerge', 0);
INSERT INTO ft_note (ft_note, rank) VALUES ('crisismerge', 500);

-- The words of a document as ft_note has them for the document's notes.
CREATE TABLE place (
    doc INTEGER PRIMARY KEY,
    title TEXT NOT NULL,
    speakers TEXT NOT NULL,
    tags TEXT NOT NULL
);
CREATE TABLE note_doc (
    note_id INTEGER PRIMARY KEY,
    doc INTEGER NOT NULL
);

-- Every word that was ever indexed.
CREATE TABLE word (
    word TEXT PRIMARY KEY
) WITHOUT ROWID;

CREATE INDEX tag_name ON tag(name);
CREATE INDEX talk_language ON talk(language);
CREATE INDEX talk_kind ON talk(kind);
CREATE INDEX talk_level ON talk(level);
CREATE INDEX talk_time ON talk(starts_at, room, id);

-- Saving and removing one is a change of kind 'saved' (target: the name).
CREATE TABLE saved (
    name TEXT PRIMARY KEY,
    query TEXT NOT NULL
) WITHOUT ROWID;

-- What was typed at the search prompt, the newest last.
CREATE TABLE asked (
    id INTEGER PRIMARY KEY,
    query TEXT NOT NULL UNIQUE
);

-- Conferences as a level of the list: series is the name without its year
-- ("PyCon US"), edition that year, '' where the name has none and the talks'
-- own years count. source is what brought a row, 'catalog' or 'pyvideo': an
-- import of pyvideo's data fills in what a catalog left empty and no more.
ALTER TABLE conference ADD COLUMN series TEXT NOT NULL DEFAULT '';
ALTER TABLE conference ADD COLUMN edition TEXT NOT NULL DEFAULT '';
ALTER TABLE conference ADD COLUMN source TEXT NOT NULL DEFAULT 'catalog';
ALTER TABLE talk ADD COLUMN keywords TEXT NOT NULL DEFAULT '';
ALTER TABLE talk ADD COLUMN source TEXT NOT NULL DEFAULT 'catalog';
CREATE INDEX conference_series ON conference(series);
CREATE INDEX talk_conference ON talk(conference_id);
UPDATE conference SET series = name;
UPDATE conference SET series = rtrim(substr(name, 1, length(name) - 4), ' ,'),
    edition = substr(name, -4) WHERE name GLOB '* [12][0-9][0-9][0-9]';

-- The total moves up, since groupings are numbered and one more comes before it.
UPDATE tally SET grouping = 6 WHERE grouping = 5;
INSERT INTO tally SELECT 5, row_number() OVER (ORDER BY series COLLATE NOCASE, series,
        year = 'undated', year DESC), series, series, year, year,
        count(*), coalesce(sum(m.watched), 0), coalesce(sum(m.starred), 0), coalesce(sum(m.notes), 0)
    FROM (SELECT t.key, c.series, coalesce(nullif(c.edition, ''), nullif(substr(t.day, 1, 4), ''),
        'undated') AS year FROM talk t JOIN conference c ON c.id = t.conference_id)
    LEFT JOIN mark m ON m.talk_key = key GROUP BY series, year;

-- migration 3
-- How far a video was watched, in seconds: the place to go on from.
ALTER TABLE mark ADD COLUMN position INTEGER NOT NULL DEFAULT 0;

-- Changes with one step are taken back together; it is the id of the first of them.
ALTER TABLE change ADD COLUMN step INTEGER NOT NULL DEFAULT 0;
UPDATE change SET step = id;
CREATE INDEX change_step ON change(step);

-- The themes that the person gave a talk, names a line each, in place of the
-- catalog's; these are kept in given, slugs with commas between. A change of kind
-- 'themes' has the talk's key as its target and "=" with the names, or '' for the
-- catalog's, as its values.
CREATE TABLE own_theme (
    talk_key TEXT PRIMARY KEY,
    names TEXT NOT NULL,
    given TEXT NOT NULL
) WITHOUT ROWID;

-- What stands in the notes outside the trash, made from their texts by the program
-- (note_scan_next()). kind is enum note_item_kind, at the byte where it stands;
-- text is of a task what is to be done, of a link its folded target, of a time the
-- rest of its line; number is enum note_task or the time in seconds.
CREATE TABLE item (
    kind INTEGER NOT NULL,
    note_id INTEGER NOT NULL,
    at INTEGER NOT NULL,
    line INTEGER NOT NULL,
    number INTEGER NOT NULL,
    text TEXT NOT NULL,
    PRIMARY KEY (kind, note_id, at)
) WITHOUT ROWID;
CREATE INDEX item_link ON item(text, note_id) WHERE kind = 1;

-- Notes as files outside: place is the id that a directory of exported notes has
-- in itself, rev the revision that the file name held when it was last written
-- or read, which is what both sides started from.
CREATE TABLE outside (
    place TEXT NOT NULL,
    note_id INTEGER NOT NULL REFERENCES note(id),
    name TEXT NOT NULL,
    rev INTEGER NOT NULL,
    PRIMARY KEY (place, note_id),
    UNIQUE (place, name)
) WITHOUT ROWID;
