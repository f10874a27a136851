/* Owns the arithmetic of moving that all views share. */
#include "ui/view.h"

static long moved(enum command_id command, int times, long position, long count, long page)
{
    long by = times > 0 ? times : 1;
    long half = page / 2 > 0 ? page / 2 : 1;
    if (command == CMD_down)
        return position + by;
    if (command == CMD_up)
        return position - by;
    if (command == CMD_half_down)
        return position + (times > 0 ? by : half);
    if (command == CMD_half_up)
        return position - (times > 0 ? by : half);
    if (command == CMD_page_down)
        return position + by * page;
    if (command == CMD_page_up)
        return position - by * page;
    if (command == CMD_top)
        return times > 0 ? times - 1 : 0;
    if (command == CMD_bottom)
        return times > 0 ? times - 1 : count - 1;
    return position;
}

long view_move_position(
    enum command_id command, int times, long position, long count, long page)
{
    long to = moved(command, times, position, count, page < 1 ? 1 : page);
    if (to >= count)
        to = count - 1;
    return to < 0 ? 0 : to;
}
