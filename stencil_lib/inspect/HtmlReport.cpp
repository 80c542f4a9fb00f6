// See HtmlReport.h. The document is a template; the data of the sets is put into it as JSON that
// html/report.js reads, with arrays in place of objects where there are many: their order is said here and
// there.
#include "inspect/HtmlReport.h"
#include "emit/Listing.h"
#include "inspect/DumpText.h"
#include "inspect/EmbeddedReport.h"
#include "llvm/ADT/STLExtras.h"
#include <map>

using namespace llvm;
using Json = nlohmann::ordered_json;

namespace stencilgen {

namespace {

/// [offset, bytes, text, flow, index of the target's line or -1, label, indexes of holes, callee]
Json lineJson(const StencilGroup &Group, const DecodedCode &Code, const CodeLine &Line) {
  auto Target = Line.Target ? Code.lineAt(*Line.Target) : std::nullopt;
  return Json::array({Line.Offset, instructionBytes(Group.Code, Line), Line.Shown, unsigned(Line.Control),
                      Target ? int64_t(*Target) : -1, Line.Label, Line.Holes, Line.Callee});
}

/// [offset, kind, filled with, leads to, note, value, symbol]
Json holeJson(const Hole &H, const HoleMeaning &Meaning) {
  return Json::array({H.Offset, fixupKindInfo(H.Kind).Spelling.str(), holeText(H), Meaning.Target,
                      Meaning.Note, H.Value, Meaning.Symbol});
}

Json groupJson(const StencilGroup &Group, const DecodedCode &Code, DefinitionSource &Source) {
  GroupFacts Facts = factsOf(Group, Code);
  Json Lines = Json::array(), Holes = Json::array(), Rows = Json::array();
  for (const CodeLine &Line : Code.Lines)
    Lines.push_back(lineJson(Group, Code, Line));
  for (auto [H, Meaning] : zip_equal(Group.Code.Holes, Code.Holes))
    Holes.push_back(holeJson(H, Meaning));
  for (const DataRow &Row : dataRows(Group.Data))
    Rows.push_back({Row.Offset, Row.Text, Row.Note});
  Json Result = {{"name", Group.Name},
                 {"file", Group.File},
                 {"line", Group.Line},
                 {"code", Group.Code.Bytes.size()},
                 {"data", Group.Data.Bytes.size()},
                 {"instructions", Facts.Instructions},
                 {"holeCount", Group.Code.Holes.size() + Group.Data.Holes.size()},
                 {"calls", Facts.Calls},
                 {"hotPath", Facts.HotPath ? Json(*Facts.HotPath) : Json()},
                 {"end", Code.EndLabel},
                 {"lines", std::move(Lines)},
                 {"holes", std::move(Holes)},
                 {"dataRows", std::move(Rows)}};
  if (Group.Info)
    Result["uop"] = {{"inputs", Group.Info->Inputs},
                     {"outputs", Group.Info->Outputs},
                     {"operands", Group.Info->Operands},
                     {"properties", Group.Info->Properties}};
  if (std::string Text = Source.text(Group); !Text.empty())
    Result["source"] = std::move(Text);
  return Result;
}

Json setJson(const InspectedSet &Inspected, DefinitionSource &Source) {
  Json Stencils = Json::array(), Expressions = Json::object();
  for (auto [Group, Code] : zip_equal(Inspected.Groups, Inspected.Code))
    Stencils.push_back(groupJson(*Group, Code, Source));
  for (const auto &[Value, Expression] : Inspected.Set->Expressions)
    Expressions[Value] = Expression;
  return {{"title", Inspected.title()},
          {"expressions", std::move(Expressions)},
          {"stencils", std::move(Stencils)}};
}

Json differencesJson(const Comparison &Differences) {
  static constexpr const char *Kinds[] = {"same", "changed", "added", "removed"};
  Json Result = Json::array();
  for (const GroupChange &C : Differences.Groups) {
    if (C.Kind == Change::Same)
      continue;
    auto Size = [](const InspectedSet &Set, std::optional<size_t> Index) -> Json {
      return Index ? Json(Set.Groups[*Index]->Code.Bytes.size()) : Json();
    };
    auto Side = [](std::optional<size_t> Line) -> Json { return Line ? Json(*Line) : Json(); };
    Json Rows = Json::array();
    for (const LinePair &Row : C.Lines)
      Rows.push_back({Side(Row.Old), Side(Row.New)});
    Result.push_back({{"name", C.Name},
                      {"kind", Kinds[unsigned(C.Kind)]},
                      {"oldCode", Size(Differences.Old, C.Old)},
                      {"newCode", Size(Differences.New, C.New)},
                      {"codeDelta", C.CodeDelta},
                      {"dataDelta", C.DataDelta},
                      {"removed", C.LinesRemoved},
                      {"added", C.LinesAdded},
                      {"holesRemoved", C.HolesRemoved},
                      {"holesAdded", C.HolesAdded},
                      {"rows", std::move(Rows)}});
  }
  return Result;
}

/// `<` would end the element that the data is in, at "</script>".
std::string escaped(const std::string &Text) {
  std::string Result;
  Result.reserve(Text.size());
  for (char C : Text)
    if (C == '<')
      Result += "\\u003c";
    else
      Result += C;
  return Result;
}

} // namespace

std::string htmlReport(const InspectedSet &Set, const Comparison *Differences, DefinitionSource &Source) {
  DefinitionSource NoSource("");
  Json Data = {{"sets", Json::array()}, {"kinds", Json::object()}};
  if (Differences) {
    Data["sets"].push_back(setJson(Differences->Old, NoSource));
    Data["diff"] = differencesJson(*Differences);
    Data["same"] = Differences->Same;
  }
  Data["sets"].push_back(setJson(Set, Source));
  for (const FixupKindInfo &Kind : allFixupKinds())
    Data["kinds"][Kind.Spelling.str()] = {Kind.Width, Kind.Formula.str(), Kind.Range.str(), Kind.Note.str()};
  // Strings of the data may hold bytes that are no UTF-8.
  const std::string Text = escaped(Data.dump(-1, ' ', false, Json::error_handler_t::replace));
  const std::pair<StringRef, StringRef> Parts[] = {
      {"/*{style}*/", ReportStyle}, {"/*{data}*/", Text}, {"/*{script}*/", ReportScript}};
  std::string Page;
  StringRef Rest = ReportPage;
  for (auto [Marker, Part] : Parts) {
    auto [Before, After] = Rest.split(Marker);
    Page += Before;
    Page += Part;
    Rest = After;
  }
  Page += Rest;
  return Page;
}

} // namespace stencilgen
