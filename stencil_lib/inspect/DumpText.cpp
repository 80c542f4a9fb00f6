// See DumpText.h.
#include "inspect/DumpText.h"
#include "emit/Listing.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/Format.h"

using namespace llvm;

namespace stencilgen {

namespace {

/// A colour for as long as it lives.
class Colored {
public:
  Colored(raw_ostream &OS, raw_ostream::Colors Color, bool Bold = false) : OS(OS) {
    OS.changeColor(Color, Bold);
  }
  ~Colored() { OS.resetColor(); }

private:
  raw_ostream &OS;
};

std::string count(size_t Number, StringRef What) {
  return (Twine(Number) + " " + What + (Number == 1 ? "" : "s")).str();
}

/// The stack effect, "left, right -- res".
std::string effectText(const CaseInfo &Info) {
  return join(Info.Inputs, ", ") + (Info.Inputs.empty() ? "--" : " --") +
         (Info.Outputs.empty() ? "" : " " + join(Info.Outputs, ", "));
}

void printHead(const StencilGroup &Group, const DecodedCode &Code, raw_ostream &OS) {
  GroupFacts Facts = factsOf(Group, Code);
  {
    Colored Bold(OS, raw_ostream::SAVEDCOLOR, true);
    OS << Group.Name << ':';
  }
  OS << ' ' << Group.Code.Bytes.size() << " bytes of code, " << Group.Data.Bytes.size() << " of data, "
     << count(Group.Code.Holes.size() + Group.Data.Holes.size(), "hole");
  if (!Group.File.empty())
    OS << " (" << Group.File << ':' << Group.Line << ')';
  OS << '\n' << ' ' << count(Facts.Instructions, "instruction");
  if (Facts.HotPath)
    OS << ", " << *Facts.HotPath << " on the way to the code that follows";
  else
    OS << ", none leads to the code that follows";
  if (Facts.Calls)
    OS << ", " << count(Facts.Calls, "call");
  OS << '\n';
  if (!Group.Info)
    return;
  OS << " (" << effectText(*Group.Info) << ')';
  if (!Group.Info->Operands.empty())
    OS << " operands " << join(Group.Info->Operands, ", ");
  OS << '\n';
  if (!Group.Info->Properties.empty())
    OS << ' ' << join(Group.Info->Properties, ", ") << '\n';
}

void printLine(const StencilGroup &Group, const DecodedCode &Code, const CodeLine &Line,
               const DumpStyle &Style, raw_ostream &OS) {
  {
    Colored Dim(OS, raw_ostream::BLACK, true);
    OS << format_hex_no_prefix(Line.Offset, 4) << ": ";
    if (Style.Bytes)
      OS << left_justify(instructionBytes(Group.Code, Line), 31);
  }
  auto [Mnemonic, Operands] = StringRef(Line.Shown).split(' ');
  OS << left_justify(Mnemonic,
                     Operands.empty() && Line.Holes.empty() ? 0 : std::max<size_t>(8, Mnemonic.size() + 1));
  if (Line.Holes.empty()) {
    OS << Operands;
  } else {
    Colored Green(OS, raw_ostream::GREEN);
    OS << left_justify(Operands, 24);
  }
  if (!Line.Holes.empty()) {
    Colored Cyan(OS, raw_ostream::CYAN);
    ListSeparator Comma(", ");
    OS << "  # ";
    for (size_t Hole : Line.Holes)
      OS << Comma << holeNote(Group.Code, Code, Hole);
  } else if (!Line.Callee.empty()) {
    Colored Cyan(OS, raw_ostream::CYAN);
    OS << "  # &" << Line.Callee;
  }
  OS << '\n';
}

} // namespace

std::string instructionBytes(const Stencil &Code, const CodeLine &Line) {
  std::vector<bool> Filled(Line.Size);
  for (size_t Index : Line.Holes) {
    const Hole &H = Code.Holes[Index];
    for (auto [I, Mask] : enumerate(holeMask(H.Kind, ArrayRef(Code.Bytes).drop_front(H.Offset))))
      if (uint64_t Place = H.Offset - Line.Offset + I; Mask == 0xff && Place < Line.Size)
        Filled[Place] = true;
  }
  std::string Text;
  raw_string_ostream OS(Text);
  for (uint64_t I = 0; I < Line.Size; ++I) {
    if (I)
      OS << ' ';
    if (Filled[I])
      OS << "..";
    else
      OS << format_hex_no_prefix(Code.Bytes[Line.Offset + I], 2);
  }
  return Text;
}

std::string holeNote(const Stencil &Code, const DecodedCode &Machine, size_t Index) {
  const Hole &H = Code.Holes[Index];
  const HoleMeaning &Meaning = Machine.Holes[Index];
  std::string Text =
      (fixupKindInfo(H.Kind).Spelling + " " + holeText(H) + " at 0x" + utohexstr(H.Offset, true)).str();
  if (!Meaning.Note.empty())
    Text += ": " + Meaning.Note;
  return Text;
}

std::vector<DataRow> dataRows(const Stencil &Data) {
  std::vector<DataRow> Rows;
  std::vector<DataString> Strings = dataStrings(Data);
  auto Hole = Data.Holes.begin();
  auto String = Strings.begin();
  uint64_t Size = Data.Bytes.size();
  for (uint64_t Offset = 0; Offset < Size; Offset = Rows.back().Offset + Rows.back().Size) {
    while (Hole != Data.Holes.end() && Hole->Offset < Offset)
      ++Hole;
    while (String != Strings.end() && String->Offset < Offset)
      ++String;
    if (Hole != Data.Holes.end() && Hole->Offset == Offset) {
      const FixupKindInfo &Info = fixupKindInfo(Hole->Kind);
      Rows.push_back(
          {Offset, std::min<uint64_t>(Info.Width, Size - Offset), holeText(*Hole), Info.Spelling.str()});
      continue;
    }
    if (String != Strings.end() && String->Offset == Offset) {
      std::string Text;
      raw_string_ostream OS(Text);
      OS << '"';
      printEscapedString(String->Text, OS);
      OS << '"';
      uint64_t Length = String->Text.size() + 1;
      Rows.push_back({Offset, Length, Text, (Twine(Length) + " bytes").str()});
      continue;
    }
    uint64_t End = std::min<uint64_t>(Size, Offset + 16);
    if (Hole != Data.Holes.end())
      End = std::min(End, Hole->Offset);
    if (String != Strings.end())
      End = std::min(End, String->Offset);
    std::string Text;
    raw_string_ostream OS(Text);
    for (uint64_t I = Offset; I < End; ++I)
      OS << (I > Offset ? " " : "") << format_hex_no_prefix(Data.Bytes[I], 2);
    Rows.push_back({Offset, End - Offset, Text, ""});
  }
  return Rows;
}

void printGroup(const StencilGroup &Group, const DecodedCode &Code, const DumpStyle &Style, raw_ostream &OS) {
  printHead(Group, Code, OS);
  size_t Rows = Code.Lines.size() + (Code.EndLabel.empty() ? 0 : 1);
  std::vector<std::string> Arrows = drawArrows(Code.Edges, Rows, Style.Arrows);
  bool HasLabels = !Code.Edges.empty();
  for (size_t I = 0; I < Rows; ++I) {
    const std::string &Label = I < Code.Lines.size() ? Code.Lines[I].Label : Code.EndLabel;
    OS << "  ";
    {
      Colored Yellow(OS, raw_ostream::YELLOW);
      OS << Arrows[I];
      if (HasLabels)
        OS << right_justify(Label.empty() ? "" : Label + ":", 5) << ' ';
    }
    if (I < Code.Lines.size())
      printLine(Group, Code, Code.Lines[I], Style, OS);
    else
      OS << format_hex_no_prefix(Group.Code.Bytes.size(), 4) << ": (the code that follows)\n";
  }
  std::vector<DataRow> Data = dataRows(Group.Data);
  if (!Data.empty())
    OS << " data\n";
  for (const DataRow &Row : Data) {
    OS << "  " << format_hex_no_prefix(Row.Offset, 4) << ": "
       << left_justify(Row.Text, Row.Note.empty() ? 0 : 48);
    if (!Row.Note.empty()) {
      Colored Cyan(OS, raw_ostream::CYAN);
      OS << "  # " << Row.Note;
    }
    OS << '\n';
  }
  OS << '\n';
}

} // namespace stencilgen
