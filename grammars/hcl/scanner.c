/* The external scanner of the HCL grammar, written for redtag and used in place of the package's.
 *
 * It makes what a table-driven lexer cannot: templates. Which token a byte belongs to depends on what it stands in, a quoted
 * template, a heredoc, or an interpolation inside one of those, nested in any way; so the scanner keeps a stack.
 *
 *     "a ${ upper("b") } c"        quoted > interpolation > quoted
 *
 * Two things are different from the scanner that comes with the grammar. A literal is one token and not one for each
 * character (half the time, a third of the memory), and it owns its leading and trailing blanks, so that a change of blanks is a
 * change of the literal. The shape of the tree is the same.
 *
 * The stack is kept in the very bytes that tree-sitter stores beside each token, so saving is a copy and no state can be built that
 * does not fit. Every token stores it again, hence the small capacity: what nests deeper is a syntax error, not memory.
 */
#include <stdlib.h>
#include <string.h>

#include "tree_sitter/parser.h"

/* The order of `externals` in the grammar. */
enum Token {
  QUOTED_START,
  QUOTED_END,
  LITERAL,
  INTERPOLATION_START,
  INTERPOLATION_END,
  DIRECTIVE_START,
  DIRECTIVE_END,
  HEREDOC_IDENTIFIER,
};

/* What a byte stands in. A heredoc passes through three of them: after its first identifier, in its lines, and at its last line. */
enum Context { TOP_LEVEL, QUOTED, INTERPOLATION, DIRECTIVE, HEREDOC_OPENED, HEREDOC_LINES, HEREDOC_CLOSING };

enum { CAPACITY = 128 };

/* Entries end with their context, so that the last byte is the top; a heredoc's is preceded by its identifier and that one's length. */
typedef struct {
  unsigned size;
  unsigned char bytes[CAPACITY];
} Stack;

typedef char state_fits_what_tree_sitter_stores[CAPACITY <= TREE_SITTER_SERIALIZATION_BUFFER_SIZE ? 1 : -1];

static enum Context top(const Stack *stack) {
  return stack->size == 0 ? TOP_LEVEL : (enum Context)stack->bytes[stack->size - 1];
}

static bool is_heredoc(enum Context context) { return context >= HEREDOC_OPENED; }

static bool push(Stack *stack, enum Context context) {
  if (stack->size == CAPACITY) return false;
  stack->bytes[stack->size++] = (unsigned char)context;
  return true;
}

static void pop(Stack *stack) {
  const unsigned entry = is_heredoc(top(stack)) ? 2U + stack->bytes[stack->size - 2] : 1U;  /* both and the identifier */
  stack->size -= entry;
}

static void set_top(Stack *stack, enum Context context) { stack->bytes[stack->size - 1] = (unsigned char)context; }

static bool is_blank(int32_t c) { return c == ' ' || c == '\t' || c == '\r' || c == '\v' || c == '\f'; }

static bool is_identifier(int32_t c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-' || c >= 0x80;
}

static bool is_hexadecimal(int32_t c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

static void advance(TSLexer *lexer) { lexer->advance(lexer, false); }

static bool accept(TSLexer *lexer, enum Token token) {
  lexer->result_symbol = (TSSymbol)token;
  return true;
}

static bool accept_character(TSLexer *lexer, enum Token token) {
  advance(lexer);
  lexer->mark_end(lexer);
  return accept(lexer, token);
}

/* The bytes of a code point as UTF-8; what an identifier is kept and compared as. */
static unsigned encode(int32_t c, unsigned char bytes[4]) {
  if (c < 0x80) {
    bytes[0] = (unsigned char)c;
    return 1;
  }
  if (c < 0x800) {
    bytes[0] = (unsigned char)(0xC0 | (c >> 6));
    bytes[1] = (unsigned char)(0x80 | (c & 0x3F));
    return 2;
  }
  const bool wide = c >= 0x10000;
  unsigned n = 0;
  if (wide) bytes[n++] = (unsigned char)(0xF0 | ((c >> 18) & 0x07));
  bytes[n++] = (unsigned char)(wide ? 0x80 | ((c >> 12) & 0x3F) : 0xE0 | (c >> 12));
  bytes[n++] = (unsigned char)(0x80 | ((c >> 6) & 0x3F));
  bytes[n++] = (unsigned char)(0x80 | (c & 0x3F));
  return n;
}

/* The identifier behind `<<` or `<<-`; pushes the heredoc. */
static bool scan_heredoc_start(Stack *stack, TSLexer *lexer) {
  const unsigned begin = stack->size;
  unsigned end = begin;
  while (!lexer->eof(lexer) && is_identifier(lexer->lookahead)) {
    unsigned char bytes[4];
    const unsigned count = encode(lexer->lookahead, bytes);
    if (end + count + 2 > CAPACITY) return false;  /* room for the length and the context */
    memcpy(stack->bytes + end, bytes, count);
    end += count;
    advance(lexer);
  }
  if (end == begin) return false;
  stack->bytes[end] = (unsigned char)(end - begin);
  stack->bytes[end + 1] = HEREDOC_OPENED;
  stack->size = end + 2;
  lexer->mark_end(lexer);
  return accept(lexer, HEREDOC_IDENTIFIER);
}

/* At the start of a line: true if blanks and the heredoc's identifier were read. Where not, some of the line has been read as well,
 * but nothing that could start another token. */
static bool reads_identifier(const Stack *stack, TSLexer *lexer) {
  const unsigned length = stack->bytes[stack->size - 2];
  const unsigned char *identifier = stack->bytes + stack->size - 2 - length;
  while (is_blank(lexer->lookahead)) advance(lexer);
  for (unsigned at = 0; at < length;) {
    unsigned char bytes[4];
    if (lexer->eof(lexer) || !is_identifier(lexer->lookahead)) return false;
    const unsigned count = encode(lexer->lookahead, bytes);
    if (at + count > length || memcmp(identifier + at, bytes, count) != 0) return false;
    at += count;
    advance(lexer);
  }
  return true;
}

/* The identifier closes a heredoc if nothing else is on its line. A file may end without a newline. */
static bool ends_line(TSLexer *lexer) {
  while (is_blank(lexer->lookahead)) advance(lexer);
  return lexer->lookahead == '\n' || lexer->eof(lexer);
}

/* A backslash in a quoted template: false if what follows is no escape. */
static bool scan_escape(TSLexer *lexer) {
  advance(lexer);
  int digits = 0;
  switch (lexer->lookahead) {
    case '"':
    case '\\':
    case 'n':
    case 'r':
    case 't': break;
    case 'u': digits = 4; break;
    case 'U': digits = 8; break;
    default: return false;
  }
  advance(lexer);
  for (; digits > 0; --digits) {
    if (!is_hexadecimal(lexer->lookahead)) return false;
    advance(lexer);
  }
  return true;
}

enum Sign { PLAIN, OPENS };

/* `$` or `%` in a template: opens something if `{` follows; is text if not, or if it stands twice before `{`. */
static enum Sign scan_sign(TSLexer *lexer) {
  const int32_t sign = lexer->lookahead;
  advance(lexer);
  if (lexer->lookahead == '{') return OPENS;
  if (lexer->lookahead == sign) {
    advance(lexer);
    if (lexer->lookahead == '{') advance(lexer);
  }
  return PLAIN;
}

/* Steps from a heredoc's first identifier into its first line, or behind the heredoc if that line is its last. */
static bool enter_heredoc(Stack *stack, TSLexer *lexer) {
  while (is_blank(lexer->lookahead)) lexer->advance(lexer, true);
  if (lexer->lookahead != '\n') return false;
  lexer->advance(lexer, true);
  set_top(stack, HEREDOC_LINES);
  if (!reads_identifier(stack, lexer)) return true;
  lexer->mark_end(lexer);
  if (ends_line(lexer)) pop(stack);
  return true;
}

/* A literal that stopped in front of something else; nothing if it is empty. */
static bool accept_literal(TSLexer *lexer, const bool *valid, bool empty) {
  return !empty && valid[LITERAL] && accept(lexer, LITERAL);
}

/* A template's text up to what ends it or opens something in it; that itself if there is no text before it. */
static bool scan_template(Stack *stack, TSLexer *lexer, const bool *valid) {
  bool empty = true;
  if (top(stack) == HEREDOC_OPENED) {
    if (!enter_heredoc(stack, lexer)) return false;
    if (top(stack) != HEREDOC_LINES) return valid[HEREDOC_IDENTIFIER] && accept(lexer, HEREDOC_IDENTIFIER);
    empty = lexer->get_column(lexer) == 0;
  }
  const bool quoted = top(stack) == QUOTED;
  while (!lexer->eof(lexer)) {
    const int32_t c = lexer->lookahead;
    if (c == '$' || c == '%') {
      const enum Token token = c == '$' ? INTERPOLATION_START : DIRECTIVE_START;
      lexer->mark_end(lexer);
      if (scan_sign(lexer) == OPENS && valid[token]) {
        if (!empty) return accept_literal(lexer, valid, empty);
        return push(stack, c == '$' ? INTERPOLATION : DIRECTIVE) && accept_character(lexer, token);
      }
    } else if (quoted && c == '"') {
      lexer->mark_end(lexer);
      if (!empty || !valid[QUOTED_END]) return accept_literal(lexer, valid, empty);
      pop(stack);
      return accept_character(lexer, QUOTED_END);
    } else if (quoted && c == '\\') {
      lexer->mark_end(lexer);
      if (!scan_escape(lexer)) return accept_literal(lexer, valid, empty);
    } else {
      advance(lexer);
      if (c == '\n' && !quoted) {
        lexer->mark_end(lexer);
        if (reads_identifier(stack, lexer) && ends_line(lexer)) {
          set_top(stack, HEREDOC_CLOSING);
          return accept_literal(lexer, valid, false);
        }
      }
    }
    empty = false;
  }
  lexer->mark_end(lexer);
  return accept_literal(lexer, valid, empty);
}

/* The last line of a heredoc, known to be that. */
static bool scan_heredoc_end(Stack *stack, TSLexer *lexer) {
  while (is_blank(lexer->lookahead)) lexer->advance(lexer, true);
  while (!lexer->eof(lexer) && is_identifier(lexer->lookahead)) advance(lexer);
  lexer->mark_end(lexer);
  pop(stack);
  return accept(lexer, HEREDOC_IDENTIFIER);
}

/* Outside of templates: what starts one, and what leads back into one. */
static bool scan_expression(Stack *stack, TSLexer *lexer, const bool *valid) {
  // Both at once are only valid while the parser recovers from an error, when any word would become a heredoc.
  if (valid[HEREDOC_IDENTIFIER] && !valid[LITERAL]) return scan_heredoc_start(stack, lexer);
  while (is_blank(lexer->lookahead) || lexer->lookahead == '\n') lexer->advance(lexer, true);
  if (lexer->lookahead == '"' && valid[QUOTED_START]) {
    return push(stack, QUOTED) && accept_character(lexer, QUOTED_START);
  }
  if (lexer->lookahead != '}') return false;
  if (top(stack) == INTERPOLATION && valid[INTERPOLATION_END]) {
    pop(stack);
    return accept_character(lexer, INTERPOLATION_END);
  }
  if (top(stack) == DIRECTIVE && valid[DIRECTIVE_END]) {
    pop(stack);
    return accept_character(lexer, DIRECTIVE_END);
  }
  return false;
}

void *tree_sitter_hcl_external_scanner_create(void) { return calloc(1, sizeof(Stack)); }

void tree_sitter_hcl_external_scanner_destroy(void *payload) { free(payload); }

unsigned tree_sitter_hcl_external_scanner_serialize(void *payload, char *buffer) {
  const Stack *stack = payload;
  memcpy(buffer, stack->bytes, stack->size);
  return stack->size;
}

void tree_sitter_hcl_external_scanner_deserialize(void *payload, const char *buffer, unsigned length) {
  Stack *stack = payload;
  stack->size = length <= CAPACITY ? length : 0;
  if (stack->size > 0) memcpy(stack->bytes, buffer, stack->size);
}

bool tree_sitter_hcl_external_scanner_scan(void *payload, TSLexer *lexer, const bool *valid) {
  Stack *stack = payload;
  switch (top(stack)) {
    case TOP_LEVEL:
    case INTERPOLATION:
    case DIRECTIVE: return scan_expression(stack, lexer, valid);
    case QUOTED:
    case HEREDOC_OPENED:
    case HEREDOC_LINES: return scan_template(stack, lexer, valid);
    case HEREDOC_CLOSING: return valid[HEREDOC_IDENTIFIER] && scan_heredoc_end(stack, lexer);
  }
  return false;
}
