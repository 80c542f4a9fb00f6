// Inputs and outputs of a micro-op on the value stack.
#include "lower/Storage.h"
#include "llvm/ADT/STLExtras.h"

using namespace llvm;
using namespace stencilgen::dsl;
using namespace stencilgen::uops;

namespace stencilgen::lower {

Storage Storage::forUop(ValueStack Stack, const Uop &U, CodeWriter &Out) {
  Storage Result(std::move(Stack), /*CheckLiveness=*/true, /*Spilled=*/0);
  for (const StackItem &Input : reverse(U.Stack.Inputs)) {
    LocalId Id = Result.Stack.pop(Input, Out);
    if (Input.Peek)
      Result.Outputs.push_back(Id);
    Result.Inputs.push_back(Id);
  }
  std::reverse(Result.Inputs.begin(), Result.Inputs.end());
  std::reverse(Result.Outputs.begin(), Result.Outputs.end());
  Result.Peeks = static_cast<unsigned>(Result.Outputs.size());

  StackOffset At = Result.Stack.unsaved();
  for (const StackItem &Output : U.Stack.Outputs) {
    if (Output.isArray() && Output.Used && !Output.Peek) {
      std::string Address = fillTemplate(Result.Stack.profile().text("slotAddress"), {{"offset", At.toC()}});
      Out.line(fillTemplate(Result.Stack.profile().text("load"), {{"name", Output.Name}, {"slot", Address}}));
    }
    At = At + StackOffset::of(Output);
    if (!Output.Peek)
      Result.Outputs.push_back(Result.Stack.add({Output, std::nullopt, false}));
  }
  for (LocalId Id : Result.Inputs)
    Result.Stack.push(Id);
  return Result;
}

Storage Storage::fork() const {
  Storage Result(*this);
  for (LocalId &Id : Result.Outputs)
    if (is_contained(Result.Inputs, Id))
      Id = Result.Stack.add(Local(Result.local(Id)));
  return Result;
}

void Storage::define(StringRef Name) {
  erase_if(Closed, [&](const Token &Close) { return Close.Text == Name; });
  for (ArrayRef<LocalId> List : {ArrayRef<LocalId>(Inputs), ArrayRef<LocalId>(Outputs)}) {
    for (LocalId Id : List) {
      if (local(Id).Item.Name != Name)
        continue;
      local(Id).InLocal = true;
      local(Id).Memory.reset();
      break;
    }
  }
}

bool Storage::kill(StringRef Name) {
  for (LocalId Id : Inputs) {
    if (local(Id).Item.Name != Name)
      continue;
    local(Id).kill();
    return true;
  }
  return false;
}

void Storage::killInputs() {
  for (LocalId Id : Inputs)
    local(Id).kill();
}

void Storage::close(const Token &Name, bool Escapes) {
  StringRef LiveAbove;
  for (LocalId Id : reverse(Inputs)) {
    Local &Input = local(Id);
    if (Input.Item.Name == Name.Text) {
      if (!LiveAbove.empty() && Escapes)
        fail("'" + Name.Text + "' is closed while '" + LiveAbove + "' above it is live");
      Input.kill();
      if (!Input.Item.isArray())
        Closed.push_back(Name);
      return;
    }
    if (Input.InLocal)
      LiveAbove = Input.Item.Name;
  }
}

const Token *Storage::closedBefore(const Token &Use) const {
  for (const Token &Close : Closed)
    if (Close.Text == Use.Text && Close.Offset < Use.Offset)
      return &Close;
  return nullptr;
}

void Storage::clearInputs(const Twine &Reason) {
  while (Inputs.size() > Peeks) {
    Local &Top = local(Inputs.pop_back_val());
    if (Top.isLive() && CheckLiveness)
      fail("input '" + Top.Item.Name + "' is still live " + Reason);
    Stack.drop(Top.Item, CheckLiveness);
  }
}

/// Takes dead inputs off the top. A dead one below a live one could not be taken off.
void Storage::clearDeadInputs() {
  StringRef Live;
  while (Inputs.size() > Peeks) {
    Local &Top = local(Inputs.back());
    if (Top.isLive()) {
      Live = Top.Item.Name;
      break;
    }
    Inputs.pop_back();
    Stack.drop(Top.Item, CheckLiveness);
  }
  for (LocalId Id : ArrayRef(Inputs).drop_front(std::min<size_t>(Peeks, Inputs.size())))
    if (!local(Id).isLive())
      fail("input '" + local(Id).Item.Name + "' is not live, but '" + Live + "' above it is");
}

/// Puts outputs that have a value on the stack, from the deepest to the first that has none.
void Storage::pushDefinedOutputs() {
  StringRef Defined;
  for (LocalId Id : Outputs) {
    const Local &L = local(Id);
    if (L.InLocal && !L.Memory && !L.Item.Peek)
      Defined = L.Item.Name;
  }
  if (Defined.empty())
    return;
  clearInputs("when output '" + Defined + "' is defined");
  while (Outputs.size() > Peeks && !local(Outputs[Peeks]).needsDefining()) {
    Stack.push(Outputs[Peeks]);
    Outputs.erase(Outputs.begin() + Peeks);
  }
}

void Storage::flush(CodeWriter &Out) {
  clearDeadInputs();
  pushDefinedOutputs();
  Stack.flush(Out);
}

void Storage::markSpilled(CodeWriter &Out) {
  if (Spilled++ != 0)
    return;
  Out.startLine();
  if (Stack.profile().TracksFrame)
    Stack.saveToFrame(Out);
  else
    Out.requestSpill();
}

void Storage::save(CodeWriter &Out) {
  flush(Out);
  markSpilled(Out);
}

void Storage::reload(CodeWriter &Out) {
  if (Spilled == 0)
    return fail("the stack is read back, but has not been saved");
  if (--Spilled != 0)
    return;
  Out.startLine();
  if (Stack.profile().TracksFrame)
    Stack.resume(Out);
  else
    Out.requestReload();
}

void Storage::reloadChanged(CodeWriter &Out) {
  if (!Stack.profile().TracksFrame)
    return reload(Out);
  flush(Out);
  bool Saved = Spilled != 0;
  Spilled -= Saved;
  Out.startLine();
  Stack.reloadFromFrame(Saved, Out);
}

void Storage::merge(Storage &Other, CodeWriter &Out) {
  auto CheckAll = [](const Storage &S) {
    S.Stack.checkNames(S.Inputs);
    S.Stack.checkNames(S.Outputs);
    S.Stack.checkNames(S.Stack.variables());
  };
  CheckAll(*this);
  if (Inputs.size() != Other.Inputs.size()) {
    clearDeadInputs();
    Other.clearDeadInputs();
  }
  if (Inputs.size() != Other.Inputs.size()) {
    LocalId Extra = Inputs.size() > Other.Inputs.size() ? Inputs.back() : Other.Inputs.back();
    const Storage &Owner = Inputs.size() > Other.Inputs.size() ? *this : Other;
    if (CheckLiveness)
      return fail("input '" + Owner.Stack.local(Extra).Item.Name + "' is live on some paths, but not on all");
  }
  for (size_t I = 0; I < std::min(Inputs.size(), Other.Inputs.size()); ++I)
    if (local(Inputs[I]).InLocal != Other.local(Other.Inputs[I]).InLocal)
      return fail("input '" + local(Inputs[I]).Item.Name + "' is consumed on some paths, but not on all");
  if (Outputs.size() != Other.Outputs.size()) {
    pushDefinedOutputs();
    Other.pushDefinedOutputs();
  }
  if (Outputs.size() != Other.Outputs.size()) {
    const Storage &Owner = Outputs.size() > Other.Outputs.size() ? *this : Other;
    const Local &Lacking =
        Owner.Stack.local(Owner.Outputs[std::min<size_t>(Peeks, Owner.Outputs.size() - 1)]);
    return fail("output '" + Lacking.Item.Name + "' is defined on some paths, but not on all");
  }
  for (size_t I = 0; I != Outputs.size(); ++I) {
    Local &Mine = local(Outputs[I]);
    Local &Theirs = Other.local(Other.Outputs[I]);
    if (!Mine.Memory)
      Theirs.Memory.reset();
    else if (!Theirs.Memory)
      Mine.Memory.reset();
  }
  if (Spilled != Other.Spilled)
    return fail("the stack is saved on some paths, but not on all");
  for (const Token &Close : Other.Closed)
    if (none_of(Closed, [&](const Token &Mine) { return Mine.Offset == Close.Offset; }))
      Closed.push_back(Close);
  Stack.merge(Other.Stack, Out);
  CheckAll(*this);
}

void Storage::pushOutputs() {
  if (Spilled)
    return fail("the stack is saved, but not read back at the end of the body");
  clearInputs("at the end of the body");
  pushDefinedOutputs();
  for (LocalId Id : ArrayRef(Outputs).drop_front(std::min<size_t>(Peeks, Outputs.size()))) {
    if (local(Id).needsDefining())
      return fail("output '" + local(Id).Item.Name + "' is not defined");
    Stack.push(Id);
  }
  Outputs.clear();
}

//===-- DECREF_INPUTS
//-----------------------------------------------------------------------------------------===//

/// Closing runs other code, which may look at the stack: whatever is there must be a value. So an item is
/// copied, its place on the stack overwritten (with the output that will take the place of the lowest input,
/// or with null), and only then closed.
class Storage::InputCloser {
public:
  InputCloser(Storage &S, CodeWriter &Out) : S(S), Out(Out), Profile(S.Stack.profile()) {}

  void run();

private:
  Storage &S;
  CodeWriter &Out;
  const LoweringProfile &Profile;
  bool HaveTemporary = false;

  std::optional<LocalId> liveOutput();
  void closeVariable(Local &Var, StringRef Overwrite);
  void closeNamed(StringRef Close, const std::string &Name, StringRef Overwrite);
  void closeBelowArray(LocalId Output);
};

void Storage::InputCloser::closeNamed(StringRef Close, const std::string &Name, StringRef Overwrite) {
  if (Overwrite.empty()) {
    Out.line((Close + "(" + Name + ");").str());
    return;
  }
  Out.line(((HaveTemporary ? "" : Profile.text("item").str() + " ") + Twine("tmp = ") + Name + ";").str());
  HaveTemporary = true;
  Out.line((Name + " = " + Overwrite + ";").str());
  S.Stack.saveVariables(Out);
  Out.line((Close + "(tmp);").str());
}

void Storage::InputCloser::closeVariable(Local &Var, StringRef Overwrite) {
  StringRef Close = Profile.text(Var.Item.Name.contains("null") ? "closeNullable" : "close");
  std::string Name = Var.Item.Name.str();
  StringRef Size = Var.Item.Size;
  Var.Memory.reset();
  S.markSpilled(Out);
  Out.startLine();
  if (Size.empty()) {
    closeNamed(Close, Name, Overwrite);
  } else if (Size == "1") {
    closeNamed(Close, Name + "[0]", Overwrite);
  } else {
    if (!Overwrite.empty() && !HaveTemporary) {
      Out.line((Profile.text("item") + " tmp;").str());
      HaveTemporary = true;
    }
    Out.line(("for (int _i = " + Size + "; --_i >= 0;) {").str());
    closeNamed(Close, Name + "[_i]", Overwrite);
    Out.line("}");
  }
  S.reload(Out);
}

/// The output that has a value already, which is to take the place of the lowest input.
std::optional<LocalId> Storage::InputCloser::liveOutput() {
  std::optional<LocalId> Result;
  for (LocalId Id : S.Outputs) {
    const Local &Output = S.local(Id);
    if (Output.Item.isArray()) {
      if (S.Inputs.size() > 1)
        S.fail("DECREF_INPUTS with an array output and more than one input");
      Result = Id;
    } else if (Output.InLocal) {
      if (Result)
        S.fail("DECREF_INPUTS with more than one output defined before it");
      Result = Id;
    }
  }
  return Result;
}

/// The only input lies below an output array, which is in memory already.
void Storage::InputCloser::closeBelowArray(LocalId Output) {
  S.Stack.drop(S.local(S.Inputs[0]).Item, false);
  S.Stack.push(Output);
  S.Stack.flush(Out);
  closeVariable(S.local(S.Inputs[0]), "");
  S.Stack.drop(S.local(Output).Item, S.CheckLiveness);
  S.Inputs.clear();
}

void Storage::InputCloser::run() {
  S.clearDeadInputs();
  if (S.Inputs.empty())
    return;
  std::optional<LocalId> Output = liveOutput();
  if (S.Stack.failure())
    return;
  LocalId Lowest = S.Inputs[0];
  StringRef Null = Profile.text("null");
  if (Output && S.local(*Output).Item.isArray())
    return closeBelowArray(*Output);
  ArrayRef<LocalId> Above = ArrayRef(S.Inputs).drop_front();
  if (Output) {
    StringRef LowestSize = S.local(Lowest).Item.Size, OutputSize = S.local(*Output).Item.Size;
    if ((LowestSize.empty() ? "1" : LowestSize) != (OutputSize.empty() ? "1" : OutputSize))
      return S.fail("DECREF_INPUTS with output '" + S.local(*Output).Item.Name +
                    "' defined before it, which does not have the size of the lowest input");
    S.Stack.flush(Out);
    S.local(Lowest).InLocal = true;
    closeVariable(S.local(Lowest), S.local(*Output).Item.Name);
  }
  for (LocalId Id : reverse(Above))
    closeVariable(S.local(Id), Null);
  if (!Output)
    closeVariable(S.local(Lowest), Null);
  for (LocalId Id : reverse(Above)) {
    S.local(Id).kill();
    S.Stack.drop(S.local(Id).Item, S.CheckLiveness);
  }
  if (!Output)
    S.local(Lowest).kill();
  S.Stack.drop(S.local(Lowest).Item, false);
  S.Inputs.clear();
  bool InPlace = Output && *Output == S.Outputs[0] && S.local(Lowest).Memory;
  if (InPlace)
    S.local(*Output).Memory = S.local(Lowest).Memory;
  else
    S.Stack.flush(Out);
  if (!Output)
    return;
  S.Stack.push(*Output);
  if (InPlace)
    S.Stack.flush(Out);
  StackItem OutputItem = S.local(*Output).Item;
  S.Stack.pop(OutputItem, Out);
}

void Storage::closeInputs(CodeWriter &Out) { InputCloser(*this, Out).run(); }

} // namespace stencilgen::lower
