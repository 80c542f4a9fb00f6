// See DumpJson.h.
#include "inspect/DumpJson.h"
#include "emit/Listing.h"
#include "inspect/DumpText.h"
#include "llvm/ADT/StringExtras.h"

using namespace llvm;
using Json = nlohmann::ordered_json;

namespace stencilgen {

static StringRef spelling(Flow Control) {
  switch (Control) {
  case Flow::Next:
    return "next";
  case Flow::Branch:
    return "branch";
  case Flow::Jump:
    return "jump";
  case Flow::IndirectJump:
    return "indirect jump";
  case Flow::Call:
    return "call";
  case Flow::IndirectCall:
    return "indirect call";
  case Flow::Return:
    return "return";
  case Flow::Stop:
    return "stop";
  }
  llvm_unreachable("a flow without a spelling");
}

static Json lineJson(const StencilGroup &Group, const DecodedCode &Code, const CodeLine &Line) {
  Json Entry = {
      {"offset", Line.Offset},
      {"bytes", toHex(ArrayRef(Group.Code.Bytes).slice(Line.Offset, Line.Size), /*LowerCase=*/true)},
      {"text", Line.Text},
      {"shown", Line.Shown}};
  if (Line.Control != Flow::Next)
    Entry["flow"] = spelling(Line.Control).str();
  if (Line.Target)
    Entry["target"] = *Line.Target;
  if (!Line.Label.empty())
    Entry["label"] = Line.Label;
  if (!Line.Callee.empty())
    Entry["callee"] = Line.Callee;
  for (size_t Index : Line.Holes) {
    const Hole &H = Group.Code.Holes[Index];
    Json Filled = {{"offset", H.Offset},
                   {"kind", fixupKindInfo(H.Kind).Spelling.str()},
                   {"fill", holeText(H)},
                   {"leadsTo", Code.Holes[Index].Target}};
    if (!Code.Holes[Index].Note.empty())
      Filled["note"] = Code.Holes[Index].Note;
    Entry["holes"].push_back(std::move(Filled));
  }
  return Entry;
}

Json dumpJson(const InspectedSet &Inspected) {
  const StencilSet &Set = *Inspected.Set;
  Json Stencils = Json::array();
  for (auto [Group, Code] : zip_equal(Inspected.Groups, Inspected.Code)) {
    GroupFacts Facts = factsOf(*Group, Code);
    Json Entry = {{"name", Group->Name}};
    if (!Group->File.empty())
      Entry["definition"] = {{"file", Group->File}, {"line", Group->Line}};
    Entry["codeBytes"] = Group->Code.Bytes.size();
    Entry["dataBytes"] = Group->Data.Bytes.size();
    Entry["calls"] = Facts.Calls;
    if (Facts.HotPath)
      Entry["hotPath"] = *Facts.HotPath;
    Json &Lines = Entry["instructions"] = Json::array();
    for (const CodeLine &Line : Code.Lines)
      Lines.push_back(lineJson(*Group, Code, Line));
    Json &Data = Entry["data"] = Json::array();
    for (const DataRow &Row : dataRows(Group->Data))
      Data.push_back({{"offset", Row.Offset}, {"size", Row.Size}, {"text", Row.Text}});
    Stencils.push_back(std::move(Entry));
  }
  return {{"target", Set.Triple},
          {"llvm", Set.LLVMVersion},
          {"profile", Set.ProfileName},
          {"stencils", std::move(Stencils)}};
}

} // namespace stencilgen
