// stencilgen-prove-mutants A B: how many wrong stencils `stencilgen prove` finds. Makes mutants of set A, one
// small change each (Mutator.h), and proves each against set B, of which A is known to do the same. What
// survives is listed: code that does the same, or wrong code that the proof does not see (docs/prove.md).
#include "Mutator.h"
#include "compile/Backend.h"
#include "inspect/SetReader.h"
#include "prove/Prove.h"
#include "support/Diagnostic.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/Format.h"
#include "llvm/Support/raw_ostream.h"
#include <CLI/CLI.hpp>
#include <atomic>
#include <map>
#include <mutex>
#include <thread>

using namespace llvm;
using namespace stencilgen;
using namespace stencilgen::prove;

namespace {

struct Arguments {
  std::string First, Second;
  uint64_t Seed = 1;
  size_t Count = 1000;
  unsigned States = 200, Threads = 1;
  std::vector<std::string> Patterns;
  bool All = false;
};

/// What became of one mutant.
struct Fate {
  Mutation Kind;
  std::string Name, Where, What, How;
  enum { Caught, Refused, Unreached, Survived } Is;
};

/// The instruction that does nothing.
std::vector<uint8_t> nopOf(const Triple &Target) {
  switch (Target.getArch()) {
  case Triple::aarch64:
    return {0x1f, 0x20, 0x03, 0xd5};
  case Triple::riscv64:
    return {0x01, 0x00}; // c.nop
  case Triple::arm:
    return {0x00, 0xf0, 0x20, 0xe3};
  case Triple::systemz:
    return {0x07, 0x00}; // bcr 0, %r0
  default:
    return {0x90};
  }
}

class MutantProver {
public:
  MutantProver(const Arguments &Options, const InspectedSet &A, const InspectedSet &B)
      : Options(Options), A(A), B(B), Fillers(fillersOf(*A.Set)) {}

  Error run() {
    std::vector<std::thread> Workers;
    std::vector<std::string> Problems(Options.Threads);
    for (unsigned I = 0; I < Options.Threads; ++I)
      Workers.emplace_back([&, I] { Problems[I] = toString(work()); });
    for (std::thread &Worker : Workers)
      Worker.join();
    for (const std::string &Problem : Problems)
      if (!Problem.empty())
        return makeError(Problem);
    return Error::success();
  }

  void print(raw_ostream &OS) const {
    std::map<Mutation, std::array<size_t, 4>> Counts;
    std::array<size_t, 4> Sum{};
    for (const auto &[Number, F] : Fates) {
      ++Counts[F.Kind][F.Is];
      ++Sum[F.Is];
      if (Options.All || F.Is == Fate::Survived || F.Is == Fate::Unreached)
        OS << Number << ' ' << F.Name << F.Where << ": " << spelling(F.Kind) << ": " << F.What << ": "
           << F.How << '\n';
    }
    auto Row = [&](StringRef Name, const std::array<size_t, 4> &C) {
      size_t All = C[0] + C[1] + C[2] + C[3];
      OS << left_justify(Name, 8)
         << format("%6zu mutants, %6zu caught, %5zu refused, %5zu not reached, %5zu survived: %.2f %%\n", All,
                   C[0], C[1], C[2], C[3], All ? 100.0 * double(C[0] + C[1]) / double(All) : 0.0);
    };
    for (const auto &[Kind, C] : Counts)
      Row(spelling(Kind), C);
    Row("all", Sum);
  }

private:
  Error work() {
    auto Decoder = Disassembler::create(A.Set->Triple);
    auto Machine = MachineCode::create(A.Set->Triple);
    auto Pair = pairSets(A, B);
    if (!Decoder || !Machine || !Pair)
      return joinErrors(joinErrors(Decoder.takeError(), Machine.takeError()), Pair.takeError());
    Mutator Maker(*Decoder, Fillers, nopOf(Triple(A.Set->Triple)));
    for (size_t Number; (Number = Next++) < Options.Count;) {
      RandomNumbers Random(Options.Seed * 0x100000001b3 + Number);
      auto [Index, M] = choose(**Pair, Maker, Random);
      auto Result = prove(**Pair, Index, M, *Decoder, **Machine);
      if (!Result)
        return Result.takeError();
      std::lock_guard Lock(Mutex);
      Fates.emplace(Number, std::move(*Result));
    }
    return Error::success();
  }

  /// Stencils in proportion to their size, kinds all as often.
  std::pair<size_t, Mutant> choose(const ProofOfSets &Pair, const Mutator &Maker, RandomNumbers &Random) {
    size_t Lines = 0;
    for (const StencilCode &Code : Pair.CodeA)
      Lines += Code.Decoded.Lines.size();
    Mutation Kind = static_cast<Mutation>(Random.below(MutationCount));
    for (;;) {
      size_t Line = Random.below(Lines), Index = 0;
      while (Line >= Pair.CodeA[Index].Decoded.Lines.size())
        Line -= Pair.CodeA[Index++].Decoded.Lines.size();
      auto M = Maker.mutate(*Pair.CodeA[Index].Group, Pair.CodeA[Index].Decoded, Kind, Random);
      if (M && differs(Pair, Pair.CodeA[Index], M->Group))
        return {Index, std::move(*M)};
    }
  }

  /// False where filling the holes makes the same of both, as with two kinds that write the same bits.
  bool differs(const ProofOfSets &Pair, const StencilCode &Code, const StencilGroup &Mutated) {
    StencilCode Other = Code;
    Other.Group = &Mutated;
    for (uint64_t Seed = 0; Seed < 3; ++Seed) {
      unsigned Alignment = Pair.Cpu.Link ? 8 : 1;
      auto Old = placeStencil(Code, Pair.Layout, Pair.Names, 0, {Seed, 0, {}}, Alignment);
      auto New = placeStencil(Other, Pair.Layout, Pair.Names, 0, {Seed, 0, {}}, Alignment);
      bool IsSame = Old && New && Old->CodeBytes == New->CodeBytes && Old->DataBytes == New->DataBytes;
      bool OnlyOne = bool(Old) != bool(New);
      consumeError(Old.takeError());
      consumeError(New.takeError());
      if (OnlyOne || !IsSame)
        return true;
    }
    return false;
  }

  /// The lines that depend on what was changed: that of the change, or those that use the data there.
  static bool isReached(const StencilCode &Code, const Mutant &M, const Coverage &Seen) {
    auto IsExecuted = [&](size_t Line) { return Line < Seen.Executed.size() && Seen.Executed[Line]; };
    if (!M.DataOffset)
      return IsExecuted(M.Line) &&
             llvm::none_of(Seen.Unseen, [&](const UnseenSide &Side) { return Side.Line == M.Line; });
    // What begins nearest before the place.
    std::map<uint64_t, bool> Users;
    for (auto [Number, Line] : enumerate(Code.Decoded.Lines))
      for (size_t Index : Line.Holes) {
        StringRef Target = Code.Decoded.Holes[Index].Target;
        uint64_t Offset = 0;
        if (!Target.consume_front("DATA") ||
            (!Target.empty() && (!Target.consume_front(" + ") || Target.getAsInteger(0, Offset))))
          continue;
        Users[Offset] |= IsExecuted(Number);
      }
    auto After = Users.upper_bound(*M.DataOffset);
    return After != Users.begin() && std::prev(After)->second;
  }

  Expected<Fate> prove(ProofOfSets &Pair, size_t Index, const Mutant &M, const Disassembler &Decoder,
                       const MachineCode &Machine) {
    // What a mutant does to the processor must not outlive it.
    auto Cpu = Emulator::create(Pair.Cpu, Pair.Layout);
    if (!Cpu)
      return Cpu.takeError();
    StencilCode Old = std::move(Pair.CodeA[Index]);
    StencilCode &New = Pair.CodeA[Index];
    New = readCode(M.Group, decodeGroup(M.Group, Decoder), Machine, Pair.Cpu);
    readCalls(New, Pair.Cpu, Pair.Context.Passed);
    MicroOpProof P = provePair(Pair, Index, **Cpu, {Options.Seed, Options.States, 1, {}});
    bool Reached = isReached(New, M, P.OfA);
    New = std::move(Old);
    std::string Where =
        M.DataOffset ? "" : " at 0x" + utohexstr(Pair.CodeA[Index].Decoded.Lines[M.Line].Offset, true);
    Fate F{M.Kind, M.Group.Name, Where, M.What, P.Problem, Fate::Survived};
    if (P.Result == Verdict::Different) {
      F.Is = Fate::Caught;
      F.How = "state " + std::to_string(P.States) + ": " + P.Found->First.What;
    } else if (P.Result == Verdict::Unknown) {
      F.Is = Fate::Refused;
    } else if (!Reached) {
      F.Is = Fate::Unreached;
      F.How = "not reached";
    } else {
      F.How = "survived " + std::to_string(P.States) + " states";
    }
    return F;
  }

  const Arguments &Options;
  const InspectedSet &A, &B;
  HoleFillers Fillers;
  std::atomic<size_t> Next = 0;
  std::mutex Mutex;
  std::map<size_t, Fate> Fates;
};

Error run(const Arguments &Options) {
  initializeBackend();
  auto A = inspectFile(Options.First, Options.Patterns);
  if (!A)
    return A.takeError();
  auto B = inspectFile(Options.Second, Options.Patterns);
  if (!B)
    return B.takeError();
  MutantProver Prover(Options, *A, *B);
  if (Error E = Prover.run())
    return E;
  Prover.print(outs());
  return Error::success();
}

} // namespace

int main(int Count, char **Words) {
  Arguments Options;
  CLI::App App("how many wrong stencils `stencilgen prove` finds");
  App.add_option("first", Options.First, "the set that mutants are made of")->required();
  App.add_option("second", Options.Second, "one that does the same")->required();
  App.add_option("names", Options.Patterns, "only these micro-ops, or patterns");
  App.add_option("--seed", Options.Seed, "what mutants and states follow from");
  App.add_option("--count", Options.Count, "how many mutants");
  App.add_option("--states", Options.States, "how many states each gets, at least");
  App.add_option("-j,--jobs", Options.Threads, "threads")->check(CLI::PositiveNumber);
  App.add_flag("--all", Options.All, "list those that were caught, too");
  CLI11_PARSE(App, Count, Words);
  if (Error E = run(Options)) {
    errs() << "prove-mutants: " << toString(std::move(E)) << '\n';
    return 1;
  }
  return 0;
}
