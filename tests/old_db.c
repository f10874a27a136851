#include "old_db.h"

#include "support.h"

#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "db/embedded.h"

static const char version_1[] =
    "INSERT INTO conference VALUES (1,'pc25','PyCon US 2025','','','2025-05-15','','',''),"
    "(2,'pc24','PyCon US 2024','','','','','',''),(3,'meet','Meetup','','','','','','');"
    "INSERT INTO theme VALUES (1,'speed','Speed',1);"
    "INSERT INTO topic VALUES (1,'gil','GIL',1,1,'');"
    "INSERT INTO talk VALUES (1,'pc25/a',1,1,'A','Ada','talk','2025-05-16T10:00:00Z','',"
    "'2025-05-16','R1','en','','','',60,0),(2,'pc24/"
    "b',2,1,'B','','talk','2024-05-16T10:00:00Z',"
    "'','2024-05-16','R1','en','','','',60,0),(3,'meet/c',3,1,'C','','talk',"
    "'2019-01-02T10:00:00Z','','2019-01-02','R2','en','','','',60,0),(4,'meet/d',3,1,'D','',"
    "'talk','','','','R2','en','','','',60,0);"
    "INSERT INTO summary VALUES (1,'about a'),(2,''),(3,''),(4,'');"
    "INSERT INTO speaker VALUES (1,'Ada'); INSERT INTO talk_speaker VALUES (1,1,1);"
    "INSERT INTO talk_theme VALUES (1,1),(2,1),(3,1),(4,1);"
    "INSERT INTO mark VALUES ('pc25/a',1,0,4,1),('meet/c',0,1,0,0);"
    "INSERT INTO tag VALUES ('pc25/a','mine');"
    "INSERT INTO note VALUES (1,'u-1','pc25/a','','my words'||char(10)||'TODO: "
    "ask',2,'2025-01-01T00:00:00Z',"
    "'2025-01-02T00:00:00Z','');"
    "INSERT INTO revision VALUES (1,1,'my first words','2025-01-01T00:00:00Z');"
    "INSERT INTO starter VALUES ('s-1');"
    "INSERT INTO change VALUES (1,'starred','pc25/a','0','1',0);"
    "INSERT INTO tally SELECT 0,1,'speed','Speed','gil','GIL',4,1,1,1;"
    "INSERT INTO tally SELECT 1,1,'gil','GIL','','',4,1,1,1;"
    "INSERT INTO tally VALUES "
    "(2,1,'','','','',1,0,0,0),(2,2,'2019-01-02','2019-01-02','','',1,1,0,0),"
    "(2,3,'2024-05-16','2024-05-16','','',1,0,0,0),(2,4,'2025-05-16','2025-05-16','','',1,0,1,"
    "1);"
    "INSERT INTO tally VALUES (3,1,'R1','R1','','',2,0,1,1),(3,2,'R2','R2','','',2,1,0,0);"
    "INSERT INTO tally VALUES (4,1,'Ada','Ada','','',1,0,1,1);"
    "INSERT INTO tally VALUES (5,1,'','','','',4,1,1,1);";

/* The text of a migration. */
static void add_block(struct buf *sql, int number)
{
    struct buf marker = { 0 };
    buf_addf(&marker, "\n-- migration %d\n", number);
    const char *start = strstr(embedded_schema, marker.data);
    assert_non_null(start);
    start += marker.len;
    const char *end = strstr(start, "\n-- migration ");
    buf_add(sql, start, end != NULL ? (size_t)(end - start) : strlen(start));
    buf_addf(sql, ";PRAGMA user_version = %d;", number);
    buf_release(&marker);
}

char *old_db_make(const char *dir, int version)
{
    char *path = support_path(dir, "old.db");
    for (int number = 1; number <= version; number++) {
        struct buf sql = { 0 };
        add_block(&sql, number);
        if (number == 1)
            buf_addf(&sql, "PRAGMA journal_mode = WAL; %s", version_1);
        support_sql(path, sql.data);
        buf_release(&sql);
    }
    return path;
}

/* What the person wrote, by the columns that the first version had. */
char *old_db_own(const char *path)
{
    static const char *const queries[] = {
        "SELECT group_concat(talk_key || starred || watched || rating || notes) FROM mark",
        "SELECT group_concat(talk_key || name) FROM tag",
        ("SELECT group_concat(id || uuid || talk_key || topic_slug || body || rev || created_at"
         " || updated_at || deleted_at) FROM note"),
        "SELECT group_concat(note_id || rev || body || saved_at) FROM revision",
        "SELECT group_concat(uuid) FROM starter",
        "SELECT group_concat(id || kind || target || before || after || undone) FROM change",
    };
    struct buf text = { 0 };
    for (size_t i = 0; i < SUPPORT_COUNT(queries); i++) {
        char *one = support_sql_text(path, queries[i], NULL);
        assert_true(one[0] != '\0');
        buf_addf(&text, "%s\n", one);
        free(one);
    }
    return buf_take(&text);
}
