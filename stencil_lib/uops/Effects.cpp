// Stack effects. The rules are CPython's (Tools/cases_generator/analyzer.py and interpreter_definition.md).
#include "uops/Effects.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"

using namespace llvm;
using namespace stencilgen::dsl;

namespace stencilgen::uops {

namespace {

StackItem convert(const StackItemDecl &Decl) {
  StackItem Item;
  Item.Name = Decl.Name.Text;
  Item.Type = Decl.Type;
  Item.Size = Decl.Size;
  Item.Condition = Decl.Condition;
  return Item;
}

std::vector<const StackItemDecl *> stackInputs(const EffectDecl &Effect) {
  std::vector<const StackItemDecl *> Result;
  for (const InputDecl &Input : Effect.Inputs)
    if (const auto *Item = std::get_if<StackItemDecl>(&Input))
      Result.push_back(Item);
  return Result;
}

/// Reports names that stand twice in one list.
void checkTwice(ArrayRef<Token> Names, StringRef What, DiagnosticSink &Diagnostics) {
  for (size_t I = 0; I != Names.size(); ++I) {
    if (Names[I].Text == "unused")
      continue;
    const Token *First = find_if(Names, [&](const Token &T) { return T.Text == Names[I].Text; });
    if (First == &Names[I])
      continue;
    Diagnostics.error(Names[I].location(), What + " '" + Names[I].Text + "' named twice");
    Diagnostics.note(First->location(), "the first is here");
  }
}

/// Evaluates sums, differences, products and masks of numbers and `oparg`.
class SizeEvaluator {
public:
  SizeEvaluator(StringRef Text, unsigned Oparg) : Rest(Text), Oparg(Oparg) {}

  std::optional<long> run() {
    std::optional<long> Value = mask(0);
    return Rest.trim().empty() ? Value : std::nullopt;
  }

private:
  StringRef Rest;
  unsigned Oparg;

  bool take(char C) {
    Rest = Rest.ltrim();
    return Rest.consume_front(StringRef(&C, 1));
  }
  std::optional<long> mask(unsigned Depth) {
    std::optional<long> Left = sum(Depth);
    while (Left && take('&')) {
      std::optional<long> Right = sum(Depth);
      Left = Right ? std::optional(*Left & *Right) : std::nullopt;
    }
    return Left;
  }
  std::optional<long> sum(unsigned Depth) {
    std::optional<long> Left = product(Depth);
    while (Left) {
      bool Plus = take('+');
      if (!Plus && !take('-'))
        break;
      std::optional<long> Right = product(Depth);
      long Result;
      bool Overflows = !Right || (Plus ? __builtin_add_overflow(*Left, *Right, &Result)
                                       : __builtin_sub_overflow(*Left, *Right, &Result));
      Left = Overflows ? std::nullopt : std::optional(Result);
    }
    return Left;
  }
  std::optional<long> product(unsigned Depth) {
    std::optional<long> Left = atom(Depth);
    while (Left && take('*')) {
      std::optional<long> Right = atom(Depth);
      long Result;
      Left = Right && !__builtin_mul_overflow(*Left, *Right, &Result) ? std::optional(Result) : std::nullopt;
    }
    return Left;
  }
  std::optional<long> atom(unsigned Depth) {
    if (take('(')) {
      if (Depth > 32)
        return std::nullopt;
      std::optional<long> Inner = mask(Depth + 1);
      return take(')') ? Inner : std::nullopt;
    }
    Rest = Rest.ltrim();
    if (Rest.consume_front("oparg"))
      return Oparg;
    unsigned Value;
    if (Rest.consumeInteger(10, Value))
      return std::nullopt;
    return Value;
  }
};

} // namespace

StackEffect analyzeStackEffect(const EffectDecl &Effect, const BodyFacts *Facts,
                               const LoweringProfile &Profile, DiagnosticSink &Diagnostics) {
  std::vector<const StackItemDecl *> Inputs = stackInputs(Effect);
  StackEffect Result;
  SmallVector<Token> InputNames, OutputNames;
  for (const StackItemDecl *Input : Inputs) {
    Result.Inputs.push_back(convert(*Input));
    InputNames.push_back(Input->Name);
  }
  for (const StackItemDecl &Output : Effect.Outputs) {
    Result.Outputs.push_back(convert(Output));
    OutputNames.push_back(Output.Name);
  }
  checkTwice(InputNames, "input", Diagnostics);
  checkTwice(OutputNames, "output", Diagnostics);

  // Items that both sides begin with stay where they are.
  bool Modified = false;
  bool Tracked = Profile.Stack.By == LoweringProfile::StackRules::Model::Tracked;
  for (size_t I = 0; I != Result.Outputs.size(); ++I) {
    StackItem &Output = Result.Outputs[I];
    StackItem *Input = I < Result.Inputs.size() ? &Result.Inputs[I] : nullptr;
    if (Input && Input->Name == Output.Name) {
      if (!Modified)
        Input->Peek = Output.Peek = true;
      continue;
    }
    if (Input)
      Modified = true;
    const Token *Same = find_if(InputNames, [&](const Token &T) { return T.Text == Output.Name; });
    if (Tracked && !Output.isUnused() && Same != InputNames.end()) {
      Diagnostics.error(OutputNames[I].location(),
                        "output '" + Output.Name + "' has the name of an input at another depth");
      Diagnostics.note(Same->location(), "the input is here");
    }
  }
  if (!Facts)
    return Result;

  for (StackItem &Input : Result.Inputs)
    Input.Used =
        Facts->uses(Input.Name) || Facts->uses("DECREF_INPUTS") ||
        (!Input.Peek && any_of(Result.Outputs, [&](const StackItem &O) { return O.Name == Input.Name; }));
  for (StackItem &Output : Result.Outputs)
    Output.Used = Facts->uses(Output.Name);

  if (!Tracked)
    return Result;
  const Token *Unused = nullptr;
  for (size_t I = Result.Inputs.size(); I-- != 0;) {
    if (Result.Inputs[I].isUnused()) {
      Unused = &InputNames[I];
    } else if (Result.Inputs[I].Peek) {
      break;
    } else if (Unused) {
      Diagnostics.error(InputNames[I].location(),
                        "used input '" + InputNames[I].Text + "' below an unused one");
      Diagnostics.note(Unused->location(), "the unused input is here");
      break;
    }
  }
  return Result;
}

std::vector<CacheEntry> analyzeCaches(const EffectDecl &Effect, bool SkipUnused,
                                      DiagnosticSink &Diagnostics) {
  std::vector<CacheEntry> Result;
  SmallVector<Token> Names;
  for (const InputDecl &Input : Effect.Inputs) {
    const auto *Cache = std::get_if<CacheDecl>(&Input);
    if (!Cache || (SkipUnused && Cache->isUnused()))
      continue;
    Result.push_back({Cache->Name.Text, Cache->Size});
    Names.push_back(Cache->Name);
  }
  checkTwice(Names, "cache entry", Diagnostics);
  for (size_t I : {size_t(0), Result.size() - 1}) {
    if (Result.empty() || !Result[I].isUnused())
      continue;
    Diagnostics.error(Names[I].location(), Twine(I == 0 ? "first" : "last") +
                                               " cache entry of an op is unused: move it to the macro");
    break;
  }
  return Result;
}

void scalarize(std::vector<StackItem> &Items, unsigned Oparg, std::deque<std::string> &Names) {
  auto DependsOnOparg = [](const StackItem &Item) { return Item.Size.contains("oparg"); };
  if (count_if(Items, DependsOnOparg) != 1)
    return;
  auto Array = find_if(Items, DependsOnOparg);
  std::optional<long> Count = SizeEvaluator(Array->Size, Oparg).run();
  if (!Count || *Count > 256)
    return;
  StackItem Scalar = *Array;
  Scalar.Size = Scalar.Type = "";
  std::vector<StackItem> Scalars;
  for (long I = 0; I < *Count; ++I) {
    Scalar.Name = Names.emplace_back((Array->Name + "_" + Twine(I)).str());
    Scalars.push_back(Scalar);
  }
  Array = Items.erase(Array);
  Items.insert(Array, Scalars.begin(), Scalars.end());
}

} // namespace stencilgen::uops
