// A comparison for people and as JSON. See Compare.h.
#include "inspect/Compare.h"
#include "inspect/DumpText.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/Format.h"
#include "llvm/Support/FormatVariadic.h"

using namespace llvm;
using Json = nlohmann::ordered_json;

namespace stencilgen {

namespace {

StringRef spelling(Change Kind) {
  switch (Kind) {
  case Change::Same:
    return "same";
  case Change::Changed:
    return "changed";
  case Change::Added:
    return "added";
  case Change::Removed:
    return "removed";
  }
  llvm_unreachable("a change without a spelling");
}

std::string signedText(int64_t Delta) {
  return Delta > 0 ? "+" + std::to_string(Delta) : std::to_string(Delta);
}

class Printer {
public:
  Printer(const Comparison &Result, raw_ostream &OS) : Result(Result), OS(OS) {}

  void summary() {
    OS << "--- " << Result.Old.File << "  " << Result.Old.title() << '\n';
    OS << "+++ " << Result.New.File << "  " << Result.New.title() << '\n';
    OS << Result.Same << " same, " << Result.Changed << " changed, " << Result.Added << " added, "
       << Result.Removed << " removed; code " << total(Result.Old, &StencilGroup::Code) << " -> "
       << total(Result.New, &StencilGroup::Code) << " bytes, data " << total(Result.Old, &StencilGroup::Data)
       << " -> " << total(Result.New, &StencilGroup::Data) << '\n';
    if (Result.isSame())
      return;
    size_t Width = 8;
    for (const GroupChange &C : changed())
      Width = std::max(Width, C.Name.size());
    OS << '\n'
       << left_justify("micro-op", Width) << "           code             data   holes    instructions\n";
    for (const GroupChange &C : changed())
      row(C, Width);
  }

  void unified() {
    for (const GroupChange &C : changed()) {
      head(C);
      for (const LinePair &Row : C.Lines) {
        char Mark = Row.Same ? ' ' : Row.Old ? '-' : '+';
        color(Mark);
        OS << Mark << ' '
           << (Row.New ? side(Result.New, *C.New, *Row.New) : side(Result.Old, *C.Old, *Row.Old));
        OS.resetColor();
        OS << '\n';
      }
      data(C);
    }
  }

  void sideBySide(unsigned Columns) {
    size_t Half = std::max(30U, (std::max(Columns, 63U) - 3) / 2);
    for (const GroupChange &C : changed()) {
      head(C);
      for (size_t I = 0; I < C.Lines.size();) {
        if (C.Lines[I].Same) {
          pair(C, C.Lines[I].Old, C.Lines[I].New, ' ', Half);
          ++I;
          continue;
        }
        // A run of removed and added lines: beside each other as far as both go.
        std::vector<size_t> Old, New;
        for (; I < C.Lines.size() && !C.Lines[I].Same; ++I)
          C.Lines[I].Old ? Old.push_back(*C.Lines[I].Old) : New.push_back(*C.Lines[I].New);
        for (size_t J = 0; J < std::max(Old.size(), New.size()); ++J) {
          auto A = J < Old.size() ? std::optional(Old[J]) : std::nullopt;
          auto B = J < New.size() ? std::optional(New[J]) : std::nullopt;
          pair(C, A, B, A && B ? '|' : A ? '<' : '>', Half);
        }
      }
      data(C);
    }
  }

private:
  /// The groups that differ come first.
  ArrayRef<GroupChange> changed() const { return ArrayRef(Result.Groups).drop_back(Result.Same); }

  static size_t total(const InspectedSet &Set, Stencil StencilGroup::*Part) {
    size_t Bytes = 0;
    for (const StencilGroup *Group : Set.Groups)
      Bytes += (Group->*Part).Bytes.size();
    return Bytes;
  }

  static std::string sizes(std::optional<size_t> Old, std::optional<size_t> New, int64_t Delta) {
    return formatv("{0,5} -> {1,5} {2,6}", Old ? std::to_string(*Old) : "-", New ? std::to_string(*New) : "-",
                   Delta ? signedText(Delta) : "");
  }

  void row(const GroupChange &C, size_t Width) {
    auto Size = [](const InspectedSet &Set, std::optional<size_t> Index, Stencil StencilGroup::*Part) {
      return Index ? std::optional((Set.Groups[*Index]->*Part).Bytes.size()) : std::nullopt;
    };
    color(C.Kind == Change::Added ? '+' : C.Kind == Change::Removed ? '-' : ' ');
    OS << left_justify(C.Name, Width) << ' '
       << sizes(Size(Result.Old, C.Old, &StencilGroup::Code), Size(Result.New, C.New, &StencilGroup::Code),
                C.CodeDelta)
       << ' '
       << formatv("{0,12}", C.DataDelta     ? signedText(C.DataDelta)
                            : C.DataChanged ? "other"
                                            : "")
       << formatv("{0,8}", C.HolesRemoved.empty() && C.HolesAdded.empty()
                               ? std::string()
                               : formatv("-{0} +{1}", C.HolesRemoved.size(), C.HolesAdded.size()).str())
       << formatv("{0,16}", formatv("-{0} +{1}", C.LinesRemoved, C.LinesAdded).str());
    if (C.Kind != Change::Changed)
      OS << "  " << spelling(C.Kind);
    OS.resetColor();
    OS << '\n';
  }

  void head(const GroupChange &C) {
    OS << '\n';
    OS.changeColor(raw_ostream::SAVEDCOLOR, true);
    OS << C.Name;
    OS.resetColor();
    OS << ": " << spelling(C.Kind) << ", code " << signedText(C.CodeDelta) << ", data "
       << signedText(C.DataDelta) << " bytes\n";
    for (const std::string &Hole : C.HolesRemoved)
      OS << "- hole " << Hole << '\n';
    for (const std::string &Hole : C.HolesAdded)
      OS << "+ hole " << Hole << '\n';
  }

  static std::string side(const InspectedSet &Set, size_t Group, size_t Line) {
    const DecodedCode &Code = Set.Code[Group];
    const CodeLine &L = Code.Lines[Line];
    std::string Text;
    raw_string_ostream Out(Text);
    auto [Mnemonic, Operands] = StringRef(L.Shown).split(' ');
    Out << right_justify(L.Label.empty() ? "" : L.Label + ":", 4) << ' ' << format_hex_no_prefix(L.Offset, 4)
        << ' ';
    Out << left_justify(Mnemonic, Operands.empty() ? 0 : 8) << Operands;
    for (size_t Hole : L.Holes)
      if (!Code.Holes[Hole].Note.empty())
        Out << "  # " << Code.Holes[Hole].Note;
    return Text;
  }

  void pair(const GroupChange &C, std::optional<size_t> Old, std::optional<size_t> New, char Mark,
            size_t Half) {
    std::string A = Old ? side(Result.Old, *C.Old, *Old) : "", B = New ? side(Result.New, *C.New, *New) : "";
    auto Cut = [&](std::string &Text) {
      if (Text.size() > Half)
        Text = Text.substr(0, Half - 1) + "~";
    };
    Cut(A);
    Cut(B);
    color(Mark == ' ' ? ' ' : '-');
    OS << left_justify(A, Half);
    OS.resetColor();
    OS << ' ' << Mark;
    color(Mark == ' ' ? ' ' : '+');
    OS << (B.empty() ? "" : " " + B);
    OS.resetColor();
    OS << '\n';
  }

  void data(const GroupChange &C) {
    if (!C.DataChanged)
      return;
    auto Rows = [&](const InspectedSet &Set, std::optional<size_t> Index, char Mark) {
      if (!Index)
        return;
      for (const DataRow &Row : dataRows(Set.Groups[*Index]->Data)) {
        color(Mark);
        OS << Mark << " data " << format_hex_no_prefix(Row.Offset, 4) << ' ' << Row.Text;
        OS.resetColor();
        OS << '\n';
      }
    };
    Rows(Result.Old, C.Old, '-');
    Rows(Result.New, C.New, '+');
  }

  void color(char Mark) {
    if (Mark == '-')
      OS.changeColor(raw_ostream::RED);
    else if (Mark == '+')
      OS.changeColor(raw_ostream::GREEN);
  }

  const Comparison &Result;
  raw_ostream &OS;
};

} // namespace

void printComparison(const Comparison &Result, CompareView View, unsigned Width, raw_ostream &OS) {
  Printer P(Result, OS);
  P.summary();
  if (View == CompareView::Unified)
    P.unified();
  else if (View == CompareView::SideBySide)
    P.sideBySide(Width);
}

Json comparisonJson(const Comparison &Result) {
  Json Groups = Json::array();
  auto Side = [](const InspectedSet &Set, std::optional<size_t> Index) -> Json {
    if (!Index)
      return nullptr;
    const StencilGroup &Group = *Set.Groups[*Index];
    return {{"code", Group.Code.Bytes.size()},
            {"data", Group.Data.Bytes.size()},
            {"instructions", Set.Code[*Index].Lines.size()}};
  };
  for (const GroupChange &C : Result.Groups) {
    if (C.Kind == Change::Same)
      continue;
    Groups.push_back({{"name", C.Name},
                      {"change", spelling(C.Kind).str()},
                      {"old", Side(Result.Old, C.Old)},
                      {"new", Side(Result.New, C.New)},
                      {"instructionsRemoved", C.LinesRemoved},
                      {"instructionsAdded", C.LinesAdded},
                      {"holesRemoved", C.HolesRemoved},
                      {"holesAdded", C.HolesAdded},
                      {"dataChanged", C.DataChanged}});
  }
  return {{"old", Result.Old.title()},    {"new", Result.New.title()}, {"same", Result.Same},
          {"changed", Result.Changed},    {"added", Result.Added},     {"removed", Result.Removed},
          {"stencils", std::move(Groups)}};
}

} // namespace stencilgen
