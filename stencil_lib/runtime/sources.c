/* See sources.h. */
#include "sources.h"
#include <string.h>

static const char *skip_blanks(const char *at) {
  while (*at == ' ' || *at == '\t')
    at++;
  return at;
}

/* Moves *at behind `word` if it comes next. */
static int take(const char **at, const char *word) {
  const char *begin = skip_blanks(*at);
  size_t length = strlen(word);
  if (strncmp(begin, word, length) != 0)
    return 0;
  *at = begin + length;
  return 1;
}

/* The value of a digit, or 16. */
static unsigned digit_of(char c) {
  static const char digits[] = "0123456789abcdef";
  const char *found = c != '\0' ? strchr(digits, c >= 'A' && c <= 'F' ? c - 'A' + 'a' : c) : NULL;
  return found != NULL ? (unsigned)(found - digits) : 16;
}

/* Reads a number of at most `max` and moves *at behind it. */
static int number(const char **at, uint64_t max, uint64_t *value) {
  *at = skip_blanks(*at);
  unsigned base = strncmp(*at, "0x", 2) == 0 ? 16 : 10;
  *at += base == 16 ? 2 : 0;
  const char *begin = *at;
  *value = 0;
  for (unsigned digit; (digit = digit_of(**at)) < base; ++*at) {
    if (digit > max || *value > (max - digit) / base)
      return 0;
    *value = *value * base + digit;
  }
  return *at != begin;
}

int sg_source_parse(const char *text, sg_source *source) {
  static const struct {
    const char *word;
    unsigned count;
  } sources[SG_SOURCES] = {[SG_SOURCE_OPERAND] = {"operand[", SG_MAX_OPERANDS},
                           [SG_SOURCE_TARGET] = {"target[", SG_MAX_TARGETS},
                           [SG_SOURCE_TRACE] = {"trace[", SG_MAX_TRACE_VALUES}};
  unsigned from = 0;
  while (from < SG_SOURCES && !take(&text, sources[from].word))
    from++;
  uint64_t index, shift = 0, mask = UINT64_MAX;
  if (from == SG_SOURCES || !number(&text, sources[from].count - 1, &index) || !take(&text, "]"))
    return 0;
  if (take(&text, ">>") && !number(&text, 63, &shift))
    return 0;
  if (take(&text, "&") && !number(&text, UINT64_MAX, &mask))
    return 0;
  if (mask == 0 || (mask & (mask + 1)) != 0 || *skip_blanks(text) != '\0')
    return 0;
  unsigned width = 0;
  for (; mask != 0; mask >>= 1)
    width++;
  *source = (sg_source){(uint8_t)from, (uint8_t)index, (uint8_t)shift, (uint8_t)width};
  return 1;
}
