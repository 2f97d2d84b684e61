/* json TEXT: reads a box, changes it, and writes it. */
#include <stdio.h>

#include <weft/json.h>

#include "shape.weft.h"

int main(int argc, char **argv)
{
    weft_arena *arena;
    weft_value box;
    weft_str text;
    weft_error error;
    int status = 1;
    if (argc != 2 || weft_arena_new(NULL, &arena))
        return 2;
    if (weft_json_read(&shape_box_type, weft_str_from(argv[1]), arena, &box, &error)) {
        puts(error.text);
    } else {
        shape_box *typed = box.at; /* a value is a C value */
        typed->width++;
        if (weft_value_set_u64(weft_value_field(box, "height"), 7) == 0 && weft_json_write(box, arena, &text) == 0)
            status = puts(text.ptr) < 0;
    }
    weft_arena_free(arena);
    return status;
}
