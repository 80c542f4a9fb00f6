// sg_fixup_apply for scripts: reads lines "KIND ADDRESS VALUE BYTES", numbers and bytes as hexadecimal
// digits, and writes for each the bytes that come out, or "error: " and the reason.
#include "fixups.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

int main(void) {
  setvbuf(stdout, NULL, _IOLBF, 0); /* the script waits for each answer */
  char name[64], digits[32];
  uint64_t address, value;
  while (scanf("%63s %" SCNx64 " %" SCNx64 " %31s", name, &address, &value, digits) == 4) {
    sg_fixup_info info = {0};
    sg_fixup_kind kind = sg_fixup_kind_from_name(name);
    uint8_t bytes[8];
    if (sg_fixup_kind_info(kind, &info) != SG_OK || strlen(digits) != 2 * info.width) {
      printf("error: no fixup kind '%s' of %zu digits\n", name, strlen(digits));
      continue;
    }
    for (unsigned i = 0; i < info.width; i++)
      if (sscanf(digits + 2 * i, "%2" SCNx8, &bytes[i]) != 1)
        return 1;
    sg_result result = sg_fixup_apply(kind, bytes, address, value);
    if (result != SG_OK)
      printf("error: %s", sg_result_text(result));
    for (unsigned i = 0; result == SG_OK && i < info.width; i++)
      printf("%02x", bytes[i]);
    putchar('\n');
  }
  return 0;
}
