/* Owns what follows from a query's tree: the ways to match it, and the tree in
 * words. The tree is at most 2 × QUERY_MAX_DEPTH deep, so recursing is safe. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "model/query.h"

static void add_terms(struct query_way *way, const struct query_way *more)
{
    way->terms = mem_resize(way->terms, way->count + more->count, sizeof way->terms[0]);
    for (size_t i = 0; i < more->count; i++)
        way->terms[way->count++] = more->terms[i];
}

static void add_way(
    struct query_ways *ways, const struct query_way *a, const struct query_way *b)
{
    ways->items = mem_resize(ways->items, ways->count + 1, sizeof ways->items[0]);
    struct query_way *way = &ways->items[ways->count++];
    *way = (struct query_way){ 0 };
    add_terms(way, a);
    if (b != NULL)
        add_terms(way, b);
}

/* *ways becomes every way of it joined with every way of more. */
static bool multiply(struct query_ways *ways, const struct query_ways *more)
{
    struct query_ways product = { 0 };
    bool ok = ways->count * more->count <= QUERY_MAX_WAYS;
    for (size_t i = 0; ok && i < ways->count; i++)
        for (size_t k = 0; k < more->count; k++)
            add_way(&product, &ways->items[i], &more->items[k]);
    query_ways_release(ways);
    *ways = product;
    return ok;
}

static bool ways_of(const struct query *query, size_t node, struct query_ways *ways)
{
    const struct query_node *at = &query->nodes[node - 1];
    const struct query_way none = { 0 };
    *ways = (struct query_ways){ 0 };
    if (at->join == QUERY_LEAF) {
        const struct query_term *term = &query->terms[at->term];
        add_way(ways, &(struct query_way){ &term, 1 }, NULL);
        return true;
    }
    if (at->join == QUERY_AND)
        add_way(ways, &none, NULL);
    bool ok = true;
    for (size_t child = at->first; ok && child != 0; child = query->nodes[child - 1].next) {
        struct query_ways more;
        ok = ways_of(query, child, &more);
        if (ok && at->join == QUERY_AND)
            ok = multiply(ways, &more);
        for (size_t i = 0; ok && at->join == QUERY_OR && i < more.count; i++)
            add_way(ways, &more.items[i], NULL);
        query_ways_release(&more);
        ok = ok && ways->count <= QUERY_MAX_WAYS;
    }
    return ok;
}

bool query_ways(const struct query *query, struct query_ways *ways)
{
    *ways = (struct query_ways){ 0 };
    if (query->root == 0) {
        add_way(ways, &(struct query_way){ 0 }, NULL);
        return true;
    }
    bool ok = ways_of(query, query->root, ways);
    if (!ok)
        query_ways_release(ways);
    return ok;
}

void query_ways_release(struct query_ways *ways)
{
    for (size_t i = 0; i < ways->count; i++)
        free(ways->items[i].terms);
    free(ways->items);
    *ways = (struct query_ways){ 0 };
}

/* --- in words ---------------------------------------------------------- */

static void add_places(unsigned places, struct buf *out)
{
    if (places == QUERY_IN_ALL)
        return;
    buf_adds(out, places == 0 ? " nowhere" : " in");
    for (int i = 0; i < QUERY__PLACES; i++)
        if (places & 1u << i)
            buf_addf(out, " %s", query_place_names[i]);
}

static void explain_term(const struct query_term *term, struct buf *out)
{
    const struct query_field_info *info = &query_fields[term->field];
    buf_adds(out, term->negate ? "not " : "");
    if (!query_is_words(term)) {
        buf_addf(out, "%s \"%s\"", info->name, term->text);
    } else {
        buf_addf(out, "%s \"%s\"%s", info->names ? "name" : "words", term->text,
            info->names    ? ", each the beginning of a word"
            : term->prefix ? ", the last the beginning of a word"
                           : "");
        add_places(term->places, out);
    }
    buf_addf(out, " (column %zu)\n", term->column);
}

static void explain_node(const struct query *query, size_t node, int level, struct buf *out)
{
    const struct query_node *at = &query->nodes[node - 1];
    for (int i = 0; i < level; i++)
        buf_adds(out, "  ");
    if (at->join == QUERY_LEAF) {
        explain_term(&query->terms[at->term], out);
        return;
    }
    buf_adds(out, at->join == QUERY_AND ? "all of\n" : "any of\n");
    for (size_t child = at->first; child != 0; child = query->nodes[child - 1].next)
        explain_node(query, child, level + 1, out);
}

void query_explain(const struct query *query, struct buf *out)
{
    if (query->root == 0)
        buf_adds(out, "everything\n");
    else
        explain_node(query, query->root, 0, out);
}
