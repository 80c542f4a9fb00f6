// See HeaderForm.h.
#include "interpreters/HeaderForm.h"
#include "llvm/ADT/StringExtras.h"

using namespace llvm;

namespace stencilgen {

static const std::pair<HeaderDialect, const DialectRules *> Dialects[] = {
#define STENCILGEN_ROW(Name) {HeaderDialect::Name, &Dialect##Name},
    HEADER_DIALECTS(STENCILGEN_ROW)
#undef STENCILGEN_ROW
};

const DialectRules &rulesOf(HeaderDialect Dialect) { return *Dialects[static_cast<size_t>(Dialect)].second; }

bool canFill(const HeaderForm &Form, FixupKind Kind) {
  auto *Answer = rulesOf(Form.Dialect).CanFill;
  return !Answer || Answer(Form, Kind);
}

bool hasTraceSlots(const HeaderForm &Form) {
  auto *Answer = rulesOf(Form.Dialect).HasTraceSlots;
  return Answer && Answer(Form);
}

HeaderForm readHeaderForm(JsonObject Header) {
  HeaderForm Form;
  if (Header.has("dialect")) {
    std::string Spelling = Header.string("dialect"), Known;
    bool IsKnown = false;
    for (auto [Dialect, Rules] : Dialects) {
      Known += (Known.empty() ? "'" : " or '") + Rules->Name.str() + "'";
      if (Spelling == Rules->Name) {
        Form.Dialect = Dialect;
        IsKnown = true;
      }
    }
    if (!IsKnown)
      Header.fail("dialect", Known + ", found '" + Spelling + "'");
  }
  rulesOf(Form.Dialect).Read(Form, Header);
  Form.LayoutAsserts = !Header.has("layoutAsserts") || Header.boolean("layoutAsserts");
  return Form;
}

void writeHeaderForm(const HeaderForm &Form, nlohmann::ordered_json &Header) {
  if (Form.Dialect != HeaderForm().Dialect)
    Header["dialect"] = rulesOf(Form.Dialect).Name.str();
  rulesOf(Form.Dialect).Write(Form, Header);
  if (!Form.LayoutAsserts)
    Header["layoutAsserts"] = false;
}

} // namespace stencilgen
