/* How long the tests of trust go on: briefly in `make check`, whole in `make torture`. */
#ifndef TALKBOOK_TESTS_TORTURE_H
#define TALKBOOK_TESTS_TORTURE_H

/* How often to do something of which `make torture` does `whole` and `make check`
 * `brief`. TORTURE in the environment, in percent of the whole, overrides both. At least
 * 1. */
int torture_rounds(int whole, int brief);

/* Has support_dir() make its directories in memory where that can be, so that a thousand
 * syncs take no time: what is tested is what the program does, not the disk. */
void torture_in_memory(void);

#endif
