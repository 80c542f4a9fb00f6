// See ProofText.h.
#include "prove/ProofText.h"
#include "inspect/Compare.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/Format.h"

using namespace llvm;

namespace stencilgen::prove {

namespace {

std::string hex(uint64_t Number) { return "0x" + utohexstr(Number, true); }

std::string sideText(const StencilCode &Code, const UnseenSide &Side) {
  const CodeLine &Line = Code.Decoded.Lines[Side.Line];
  return hex(Line.Offset) + " '" + Line.Shown + "' " + (Side.Taken ? "taken" : "not taken");
}

class ProofPrinter {
public:
  ProofPrinter(const ProofOfSets &Proof, const ProveOptions &Options, unsigned Width, raw_ostream &OS)
      : Proof(Proof), Options(Options), Width(Width), OS(OS) {}

  void print(bool Listings) {
    for (size_t I = 0; I < Proof.Proofs.size(); ++I) {
      const MicroOpProof &P = Proof.Proofs[I];
      if (P.Result == Verdict::Different)
        printDifference(P, Proof.CodeA[I], Proof.CodeB[I], Listings);
      else if (P.Result == Verdict::Unknown)
        OS << P.Name << ": not proved: " << P.Problem << '\n';
    }
    for (const Unpaired &U : Proof.Alone)
      OS << U.Name << ": only the " << (U.IsOfA ? "first" : "second") << " set has it\n";
    printUnseen();
    printSummary();
  }

private:
  void printDifference(const MicroOpProof &P, const StencilCode &A, const StencilCode &B, bool Listings) {
    const CounterExample &Found = *P.Found;
    OS << P.Name << ": different: " << Found.First.What << '\n';
    OS << "  seed " << hex(Options.Seed) << ", state " << P.States << '\n';
    if (Found.First.IsMemory)
      printMemory(Found);
    if (!Listings)
      return;
    printRegisters(Found);
    printPaths(Found, A, B);
  }

  /// Words that only one has, or that differ.
  void printMemory(const CounterExample &Found) {
    auto WordsOf = [&](const Behaviour &X) -> ArrayRef<WrittenWord> {
      return Found.First.Call ? X.Calls[*Found.First.Call].Words : X.Words;
    };
    std::map<uint64_t, std::pair<std::optional<uint64_t>, std::optional<uint64_t>>> Words;
    for (const WrittenWord &W : WordsOf(Found.A))
      Words[W.Address].first = W.Value;
    for (const WrittenWord &W : WordsOf(Found.B))
      Words[W.Address].second = W.Value;
    auto Text = [](std::optional<uint64_t> Value) { return Value ? hex(*Value) : "as it was"; };
    for (const auto &[Address, Values] : Words)
      if (Values.first != Values.second)
        OS << "  memory at " << hex(Address) << ": " << Text(Values.first) << " and " << Text(Values.second)
           << '\n';
  }

  void printRegisters(const CounterExample &Found) {
    auto RegistersOf = [&](const Behaviour &X) -> const std::vector<uint64_t> & {
      return Found.First.Call && *Found.First.Call < X.Calls.size() ? X.Calls[*Found.First.Call].Registers
                                                                    : X.Registers;
    };
    for (auto [Index, R] : enumerate(Proof.Cpu.Registers)) {
      uint64_t A = RegistersOf(Found.A)[Index], B = RegistersOf(Found.B)[Index];
      if (!R.IsFloat)
        OS << "  " << left_justify(R.Name, 5) << left_justify(hex(A), 20) << (A == B ? "" : hex(B)) << '\n';
    }
  }

  std::vector<std::string> linesOf(const Behaviour &X, const StencilCode &Code) const {
    std::vector<std::string> Lines;
    for (uint16_t Line : X.Path)
      Lines.push_back(Code.Decoded.Lines[Line].Shown);
    return Lines;
  }

  void printPaths(const CounterExample &Found, const StencilCode &A, const StencilCode &B) {
    static constexpr size_t MaxLines = 400;
    std::vector<std::string> LinesA = linesOf(Found.A, A), LinesB = linesOf(Found.B, B);
    LinesA.resize(std::min(LinesA.size(), MaxLines));
    LinesB.resize(std::min(LinesB.size(), MaxLines));
    unsigned Half = std::max(20u, (Width - 7) / 2);
    for (const LinePair &Row : alignLines(LinesA, LinesB))
      OS << "  " << left_justify(Row.Old ? StringRef(LinesA[*Row.Old]).take_front(Half) : "", Half)
         << (Row.Same  ? "   "
             : Row.Old ? " < "
                       : " > ")
         << (Row.New ? StringRef(LinesB[*Row.New]).take_front(Half) : "") << '\n';
  }

  void printUnseen() {
    for (size_t I = 0; I < Proof.Proofs.size(); ++I)
      for (auto [Of, Code, Which] : {std::tuple(&Proof.Proofs[I].OfA, &Proof.CodeA[I], "first"),
                                     {&Proof.Proofs[I].OfB, &Proof.CodeB[I], "second"}})
        for (const UnseenSide &Side : Of->Unseen)
          OS << Proof.Proofs[I].Name << ": never seen in the " << Which << ": " << sideText(*Code, Side)
             << '\n';
  }

  void printSummary() {
    size_t States = 0;
    for (const MicroOpProof &P : Proof.Proofs)
      States += P.States;
    OS << Proof.Proofs.size() << " micro-ops, " << States << " states: " << Proof.count(Verdict::Same)
       << " the same, " << Proof.count(Verdict::Different) << " different, " << Proof.count(Verdict::Unknown)
       << " not proved\n";
    OS << "branch sides seen:";
    for (bool OfA : {true, false}) {
      Coverage C = Proof.coverage(OfA);
      OS << (OfA ? " " : ", ") << C.Seen << " of " << C.Sides
         << format(" (%.1f %%)", C.Sides ? 100.0 * double(C.Seen) / double(C.Sides) : 100.0);
    }
    OS << '\n';
  }

  const ProofOfSets &Proof;
  const ProveOptions &Options;
  unsigned Width;
  raw_ostream &OS;
};

nlohmann::ordered_json coverageJson(const Coverage &C, const StencilCode &Code) {
  nlohmann::ordered_json Unseen = nlohmann::ordered_json::array();
  for (const UnseenSide &Side : C.Unseen)
    Unseen.push_back({{"offset", Code.Decoded.Lines[Side.Line].Offset},
                      {"text", Code.Decoded.Lines[Side.Line].Shown},
                      {"taken", Side.Taken}});
  return {{"sides", C.Sides}, {"seen", C.Seen}, {"unseen", std::move(Unseen)}};
}

} // namespace

void printProof(const ProofOfSets &Proof, const ProveOptions &Options, bool Listings, unsigned Width,
                raw_ostream &OS) {
  ProofPrinter(Proof, Options, Width, OS).print(Listings);
}

nlohmann::ordered_json proofJson(const ProofOfSets &Proof, const ProveOptions &Options) {
  nlohmann::ordered_json Result{{"seed", Options.Seed}, {"states", Options.States}};
  auto &All = Result["stencils"] = nlohmann::ordered_json::array();
  for (size_t I = 0; I < Proof.Proofs.size(); ++I) {
    const MicroOpProof &P = Proof.Proofs[I];
    nlohmann::ordered_json One{{"name", P.Name},
                               {"verdict", P.Result == Verdict::Same        ? "same"
                                           : P.Result == Verdict::Different ? "different"
                                                                            : "unknown"},
                               {"states", P.States},
                               {"unknownStates", P.Unknown}};
    if (!P.Problem.empty())
      One["problem"] = P.Problem;
    if (P.Found)
      One["difference"] = P.Found->First.What;
    One["first"] = coverageJson(P.OfA, Proof.CodeA[I]);
    One["second"] = coverageJson(P.OfB, Proof.CodeB[I]);
    All.push_back(std::move(One));
  }
  auto &Alone = Result["alone"] = nlohmann::ordered_json::array();
  for (const Unpaired &U : Proof.Alone)
    Alone.push_back({{"name", U.Name}, {"set", U.IsOfA ? "first" : "second"}});
  return Result;
}

} // namespace stencilgen::prove
