// See TablesForm.h.
#include "interpreters/TablesForm.h"
#include "interpreters/HeaderForm.h"
#include "sources.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"

using namespace llvm;

namespace stencilgen {

static void read(HeaderForm &Header, JsonObject Object) {
  TablesForm &Form = Header.Tables;
  Form.Prefix = Object.string("prefix");
  if (Form.Prefix.empty() || !llvm::all_of(Form.Prefix, [](char C) { return isAlnum(C) || C == '_'; }))
    Object.fail("prefix", "letters, digits and _");
  // A manifest has these two; in a project file they are the hole values' and the target's.
  if (Object.has("continue"))
    Form.ContinueValue = Object.string("continue");
  if (Object.has("codeAlignment"))
    Form.CodeAlignment = Object.number("codeAlignment", 64);
}

static void write(const HeaderForm &Header, nlohmann::ordered_json &Object) {
  Object["prefix"] = Header.Tables.Prefix;
  Object["continue"] = Header.Tables.ContinueValue;
  Object["codeAlignment"] = Header.Tables.CodeAlignment;
}

static StringRef expectedExpression(StringRef Expression) {
  sg_source Source;
  return sg_source_parse(Expression.str().c_str(), &Source) ? "" : SG_SOURCE_FORM;
}

static void takeOver(HeaderForm &Header, StringRef ContinueValue, uint64_t CodeAlignment) {
  Header.Tables.ContinueValue = ContinueValue.str();
  Header.Tables.CodeAlignment = CodeAlignment;
}

const DialectRules DialectTables{
    .Name = "tables",
    .Read = read,
    .Write = write,
    .ExpectedExpression = expectedExpression,
    .TakeOver = takeOver,
    .MarksEnds = true,
};

} // namespace stencilgen
