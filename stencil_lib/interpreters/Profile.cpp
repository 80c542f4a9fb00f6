// Reads profiles (JSON) and finds them by name.
#include "interpreters/Profile.h"
#include "interpreters/EmbeddedProfiles.h"
#include "interpreters/ProfileText.h"
#include "sources.h"
#include "support/Diagnostic.h"
#include "support/Json.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/IR/CallingConv.h"
#include "llvm/Support/MathExtras.h"
#include "llvm/Support/Regex.h"

using namespace llvm;

namespace stencilgen {

const HoleValueProfile *Profile::holeValue(StringRef ValueName) const {
  for (const HoleValueProfile &Value : HoleValues)
    if (Value.Name == ValueName)
      return &Value;
  return nullptr;
}

Expected<const TargetProfile *> Profile::target(StringRef Triple) const {
  std::vector<StringRef> Known;
  // It becomes part of file names.
  bool IsPlain = llvm::all_of(Triple, [](char C) { return isAlnum(C) || StringRef("._-").contains(C); });
  for (const TargetProfile &Target : Targets) {
    if (IsPlain && Regex(Target.Pattern).match(Triple))
      return &Target;
    Known.push_back(Target.Triple);
  }
  StringRef Nearest = nearestName(Triple, Known);
  return makeError("unknown target '" + Triple + "'" +
                   (Nearest.empty() ? "" : ", did you mean '" + Nearest.str() + "'?") + " (" + Name +
                   " has " + join(Known, ", ") + ")");
}

HeaderProfile Profile::headerFor(const TargetProfile &Target, const JitSource *Jit) const {
  HeaderProfile Result = Header;
  for (const FunctionChoices *Choices : {&PatchFunctions, &Target.PatchFunctions})
    for (const auto &[Kind, Functions] : *Choices) {
      auto Found = llvm::find_if(Functions, [&](const std::string &Function) {
        return Jit && Jit->hasFunction(Function, 2); // a place and a value
      });
      Result.PatchFunctions[Kind] = Found == Functions.end() ? Functions.front() : *Found;
    }
  if (Jit)
    llvm::erase_if(Result.Pairs, [&](PairFunction &Pair) {
      Pair.Apart = Jit->hasFunction(Pair.Function, 3);
      return !Pair.Apart && !Jit->hasFunction(Pair.Function, 2);
    });
  for (const auto &[Kind, Function] : Target.TrampolineFunctions)
    Result.TrampolineFunctions[Kind] = Function;
  Result.DescendingOrdinals = Target.DescendingOrdinals;
  return Result;
}

FixupKind readFixupKind(JsonObject Object, StringRef Key, StringRef Spelling, StringRef Expected) {
  auto Kind = fixupKindFromSpelling(Spelling);
  if (!Kind)
    Object.fail(Key, Expected + ", found '" + Spelling + "'");
  return Kind.value_or(FixupKind::Abs64);
}

static FixupKind readKind(JsonObject Object, StringRef Key, StringRef Spelling) {
  return readFixupKind(Object, Key, Spelling, "names of fixup kinds");
}

/// A member that maps each fixup kind to a function, or to several in order of preference; it may be missing.
static FunctionChoices readChoices(JsonObject Object, StringRef Key) {
  FunctionChoices Result;
  if (Object.has(Key))
    for (auto &[Spelling, Functions] : Object.stringListMembers(Key))
      Result[readKind(Object, Key, Spelling)] = Functions;
  return Result;
}

/// A member that maps fixup kinds to functions; it may be missing.
static std::map<FixupKind, std::string> readFunctions(JsonObject Object, StringRef Key) {
  std::map<FixupKind, std::string> Result;
  if (Object.has(Key))
    for (auto &[Spelling, Function] : Object.stringMembers(Key))
      Result[readKind(Object, Key, Spelling)] = Function;
  return Result;
}

ValueWidths readWidths(JsonObject Object, StringRef Key) {
  ValueWidths Widths;
  JsonObject Members = Object.object(Key);
  for (const std::string &Name : Object.memberNames(Key))
    Widths[Name] = static_cast<unsigned>(Members.number(Name, 64));
  return Widths;
}

static OptimizeProfile readOptimizeProfile(JsonObject Object) {
  OptimizeProfile Result;
  auto Strings = [&](StringRef Key) {
    return Object.has(Key) ? Object.strings(Key) : std::vector<std::string>();
  };
  if (Object.has("operands"))
    Result.Operands = readWidths(Object, "operands");
  Result.ColdTargets = Strings("coldTargets");
  Result.ColdCalls = Strings("coldCalls");
  if (Object.has("regions"))
    Object.forEach("regions", [&](JsonObject Entry) {
      auto Optional = [&](StringRef Key) { return Entry.has(Key) ? Entry.string(Key) : std::string(); };
      MemoryRegion Region{Entry.string("name"),
                          std::nullopt,
                          Optional("record"),
                          Optional("member"),
                          Entry.has("behind") && Entry.boolean("behind"),
                          Optional("loadedFrom"),
                          Entry.has("narrow") && Entry.boolean("narrow")};
      if (Entry.has("parameter"))
        Region.Parameter = Entry.number("parameter", 16);
      Result.Regions.push_back(std::move(Region));
    });
  if (Object.has("apart"))
    Object.forEach("apart", [&](JsonObject Entry) {
      ApartFact Fact{Entry.string("first"), Entry.string("second"), Entry.string("why")};
      for (const std::string *Name : {&Fact.First, &Fact.Second})
        if (llvm::none_of(Result.Regions, [&](const MemoryRegion &Region) { return Region.Name == *Name; }))
          Object.fail("apart", "names of regions, found '" + *Name + "'");
      Result.Apart.push_back(std::move(Fact));
    });
  if (Object.has("saves"))
    Object.forEach("saves", [&](JsonObject Entry) {
      SaveFact Fact{Entry.string("region"), Entry.string("why")};
      if (llvm::none_of(Result.Regions, [&](const MemoryRegion &Region) {
            return Region.Name == Fact.Region && Region.Parameter && !Region.Member.empty() && !Region.Behind;
          }))
        Entry.fail("region",
                   "the name of a region that is a member at a parameter, found '" + Fact.Region + "'");
      Result.Saves.push_back(std::move(Fact));
    });
  Result.PatchFunctions = readFunctions(Object, "patchFunctions");
  return Result;
}

HeaderProfile readHeaderProfile(JsonObject Header) {
  HeaderProfile Result;
  if (Header.has("dialect")) {
    std::string Dialect = Header.string("dialect");
    if (Dialect == "tables")
      Result.Dialect = HeaderDialect::Tables;
    else if (Dialect != "cpython")
      Header.fail("dialect", "'cpython' or 'tables', found '" + Dialect + "'");
  }
  if (Result.Dialect == HeaderDialect::Tables) {
    Result.Prefix = Header.string("prefix");
    if (Result.Prefix.empty() || !llvm::all_of(Result.Prefix, [](char C) { return isAlnum(C) || C == '_'; }))
      Header.fail("prefix", "letters, digits and _");
    // A manifest has these two; in a project file they are the hole values' and the target's.
    if (Header.has("continue"))
      Result.ContinueValue = Header.string("continue");
    if (Header.has("codeAlignment"))
      Result.CodeAlignment = Header.number("codeAlignment", 64);
    Result.LayoutAsserts = !Header.has("layoutAsserts") || Header.boolean("layoutAsserts");
    return Result;
  }
  Result.EmitParameters = Header.strings("emitParameters");
  Result.TableSize = Header.string("tableSize");
  if (Header.has("shimName"))
    Result.ShimName = Header.string("shimName");
  Result.ShimLast = Header.has("shimLast") && Header.boolean("shimLast");
  Result.WholeBodies = Header.has("wholeBodies") && Header.boolean("wholeBodies");
  Result.SymbolMasks = !Header.has("symbolMasks") || Header.boolean("symbolMasks");
  for (auto &[Spelling, Functions] : Header.stringListMembers("patchFunctions"))
    Result.PatchFunctions[readKind(Header, "patchFunctions", Spelling)] = Functions.front();
  Result.TrampolineFunctions = readFunctions(Header, "trampolineFunctions");
  if (Header.has("pairs"))
    Header.forEach("pairs", [&](JsonObject Pair) {
      Result.Pairs.push_back({readKind(Header, "pairs", Pair.string("first")),
                              readKind(Header, "pairs", Pair.string("second")), Pair.string("function"),
                              Pair.has("apart") && Pair.boolean("apart")});
    });
  if (Header.has("traceSlots")) {
    JsonObject Slots = Header.object("traceSlots");
    Result.PatchSlotFunction = Slots.string("patch");
    Result.SlotAddressFunction = Slots.string("address");
  }
  Result.DescendingOrdinals = Header.has("descendingOrdinals") && Header.boolean("descendingOrdinals");
  Result.LayoutAsserts = !Header.has("layoutAsserts") || Header.boolean("layoutAsserts");
  return Result;
}

static BuildVariant readVariant(JsonObject Compile, StringRef Key) {
  BuildVariant Variant;
  if (!Compile.has(Key))
    return Variant;
  JsonObject Object = Compile.object(Key);
  if (Object.has("flags"))
    Variant.Flags = Object.strings("flags");
  if (Object.has("configuration"))
    Variant.Configuration = Object.strings("configuration");
  Variant.Condition = Object.string("condition");
  return Variant;
}

static SectionPlacement readPlacement(JsonObject Target) {
  std::string Spelling = Target.has("sections") ? Target.string("sections") : "packed";
  if (Spelling == "aligned")
    return SectionPlacement::Aligned;
  if (Spelling == "addresses")
    return SectionPlacement::AtAddresses;
  if (Spelling != "packed")
    Target.fail("sections", "packed, aligned or addresses, found '" + Spelling + "'");
  return SectionPlacement::Packed;
}

/// The lines of the configuration groups that a target names.
static std::vector<std::string> readConfiguration(JsonObject Root, JsonObject Target) {
  std::vector<std::string> Lines;
  if (!Target.has("configuration"))
    return Lines;
  JsonObject Groups = Root.object("configurations");
  for (const std::string &Group : Target.strings("configuration"))
    for (std::string &Line : Groups.strings(Group))
      Lines.push_back(std::move(Line));
  return Lines;
}

static TargetProfile readTarget(JsonObject Root, JsonObject Object) {
  auto Optional = [&](StringRef Key) { return Object.has(Key) ? Object.string(Key) : std::string(); };
  TargetProfile Target;
  Target.Pattern = Object.string("pattern");
  std::string Problem;
  if (!Regex(Target.Pattern).isValid(Problem))
    Object.fail("pattern", "a regular expression: " + Problem);
  Target.Triple = Object.string("triple");
  Target.Flags = Object.strings("flags");
  Target.Condition = Object.string("condition");
  if (Object.has("regparm"))
    Target.RegisterArguments = Object.number("regparm", 3);
  if (Object.has("irConvention")) {
    if (Object.string("irConvention") == "ghc")
      Target.IrConvention = CallingConv::GHC;
    else
      Object.fail("irConvention", "\"ghc\", the one convention that is set in LLVM's IR");
  }
  Target.CodeAlignment = Object.number("codeAlignment", 64);
  if (!isPowerOf2_64(Target.CodeAlignment))
    Object.fail("codeAlignment", "a power of two of 1 to 64");
  if (Object.has("hardeningFlags"))
    Target.HardeningFlags = Object.strings("hardeningFlags");
  if (Object.has("landingPad")) {
    Target.LandingPad = Object.bytes("landingPad");
    if (Target.LandingPad.empty())
      Object.fail("landingPad", "bytes as pairs of hexadecimal digits");
  }
  Target.Why = Optional("why");
  Target.Convention = Optional("convention");
  Target.Reach = Optional("reach");
  Target.SymbolPrefix = Optional("symbolPrefix");
  Target.DropTrailingJump = !Object.has("keepTrailingJump") || !Object.boolean("keepTrailingJump");
  auto IsTrue = [&](StringRef Key) { return Object.has(Key) && Object.boolean(Key); };
  Target.KeepUnalignedJump = IsTrue("keepUnalignedJump");
  Target.InlineTrampolines = IsTrue("inlineTrampolines");
  Target.WithoutShim = IsTrue("withoutShim");
  Target.DropSlotJump = Object.has("dropSlotJump") && Object.boolean("dropSlotJump");
  Target.Sections = readPlacement(Object);
  Target.MaxDataAlignment = Object.number("maxDataAlignment", 4096);
  if (!isPowerOf2_64(Target.MaxDataAlignment))
    Object.fail("maxDataAlignment", "a power of two of 1 to 4096");
  auto OptionalList = [&](StringRef Key) {
    return Object.has(Key) ? Object.strings(Key) : std::vector<std::string>();
  };
  Target.StencilFlags = OptionalList("stencilFlags");
  Target.ShimFlags = OptionalList("shimFlags");
  Target.SmallConstants = OptionalList("smallConstants");
  Target.OptimizeLayout = Object.has("optimizeLayout") && Object.boolean("optimizeLayout");
  Target.FramePointer = Optional("framePointer");
  Target.Configuration = readConfiguration(Root, Object);
  Target.ConfigurationDir = Optional("configurationDir");
  Target.PatchFunctions = readChoices(Object, "patchFunctions");
  Target.TrampolineFunctions = readFunctions(Object, "trampolineFunctions");
  Target.DescendingOrdinals = Object.has("descendingOrdinals") && Object.boolean("descendingOrdinals");
  Target.Nop = Object.bytes("nop");
  if (Target.Nop.empty())
    Object.fail("nop", "bytes as pairs of hexadecimal digits");
  return Target;
}

/// A name of a file in the output directory, beside a manifest of the same name that ends in .json.
static bool isHeaderName(StringRef Name) {
  return Name.size() > 2 && Name.ends_with(".h") && !Name.starts_with(".") &&
         llvm::all_of(Name, [](char C) { return isAlnum(C) || StringRef("._-").contains(C); });
}

/// The values that the runtime fills by itself, whatever their expressions.
static bool isOwnValue(const Profile &P, StringRef Name) {
  return Name == CodeValue || Name == DataValue || Name == P.ContinueValue;
}

Expected<Profile> parseProfile(StringRef File, StringRef Text) {
  auto Complete = completeProfileText(File, Text);
  if (!Complete)
    return Complete.takeError();
  auto Document = JsonDocument::parse(File, *Complete);
  if (!Document)
    return Document.takeError();
  JsonObject Root = Document->root();
  Profile P;
  P.Text = *Complete;
  P.Name = Root.string("name");
  P.Revision = Root.number("revision");
  if (Root.has("versions"))
    P.Versions = Root.strings("versions");

  JsonObject Sources = Root.object("sources");
  P.TemplateFile = Sources.string("template");
  P.ShimFile = Sources.has("shim") ? Sources.string("shim") : "";
  P.EntryShimFile = Sources.has("entryShim") ? Sources.string("entryShim") : "";
  P.DefinitionFiles =
      Sources.has("definitions") ? Sources.strings("definitions") : std::vector<std::string>();
  P.CasesFile = Sources.has("cases") || P.DefinitionFiles.empty() ? Sources.string("cases") : "";
  P.JitFile = Sources.has("jit") ? Sources.string("jit") : "";
  P.ConfigurationFile = Sources.has("configuration") ? Sources.string("configuration") : "";

  JsonObject Compile = Root.object("compile");
  std::string Headers = Compile.has("systemHeaders") ? Compile.string("systemHeaders") : "host";
  if (Headers != "host" && Headers != "embedded")
    Compile.fail("systemHeaders", "host or embedded, found '" + Headers + "'");
  P.EmbeddedHeaders = Headers == "embedded";
  P.CanonicalTriples = Compile.has("canonicalTriples") && Compile.boolean("canonicalTriples");
  P.Includes = Compile.strings("includes");
  P.Flags = Compile.strings("flags");
  if (Compile.has("stencilFlags"))
    P.StencilFlags = Compile.strings("stencilFlags");
  P.ReleaseFlags = Compile.strings("releaseFlags");
  P.DebugFlags = Compile.strings("debugFlags");
  P.Debug = readVariant(Compile, "debug");
  P.FreeThreaded = readVariant(Compile, "freeThreaded");
  P.Entry = Compile.string("entry");
  P.ShimEntry = Compile.has("shimEntry") ? Compile.string("shimEntry") : P.Entry;
  P.OpcodeMacro = Compile.string("opcodeMacro");
  P.CaseMarker = Compile.string("caseMarker");
  if (Compile.has("traceEntries"))
    P.TraceEntries = Compile.strings("traceEntries");
  P.OneSwitch = Compile.has("oneSwitch") && Compile.boolean("oneSwitch");
  P.NumberCases = Compile.has("numberCases") && Compile.boolean("numberCases");

  JsonObject Holes = Root.object("holes");
  P.HolePrefix = Holes.string("prefix");
  P.ContinueLabel = Holes.has("continueLabel") ? Holes.string("continueLabel") : "";
  P.ContinueValue = P.ContinueLabel.empty() ? Holes.string("continue") : "";
  for (auto &[Name, Expression] : Holes.stringMembers("values"))
    P.HoleValues.push_back({Name, Expression});
  for (const char *Name : {CodeValue, DataValue})
    if (!P.holeValue(Name))
      Holes.object("values").string(Name);
  if (P.ContinueLabel.empty() && !P.holeValue(P.ContinueValue))
    Holes.fail("continue", "one of the hole values");
  if (P.holeValue(P.ContinueLabel))
    Holes.fail("continueLabel", "no hole value: it is the end of the code");

  JsonObject Header = Root.object("header");
  P.Header = readHeaderProfile(Header);
  P.PatchFunctions = readChoices(Header, "patchFunctions");
  if (Header.has("file")) {
    P.HeaderFile = Header.string("file");
    if (!isHeaderName(P.HeaderFile))
      Header.fail("file",
                  "a file name that ends in .h, of letters, digits and ._-, found '" + P.HeaderFile + "'");
  }
  if (P.Header.Dialect == HeaderDialect::Tables)
    for (const HoleValueProfile &Value : P.HoleValues) {
      sg_source Source;
      if (!isOwnValue(P, Value.Name) && !sg_source_parse(Value.Expression.c_str(), &Source))
        Holes.object("values").fail(Value.Name, SG_SOURCE_FORM ", found '" + Value.Expression + "'");
    }
  if (Root.has("optimize"))
    P.Optimize = readOptimizeProfile(Root.object("optimize"));
  for (StringRef Elsewhere : {"lowering", "configurations", "$schema", "extends"})
    Root.allow(Elsewhere);
  Root.forEach("targets", [&](JsonObject Target) { P.Targets.push_back(readTarget(Root, Target)); });
  if (Error E = Document->takeError())
    return E;
  return P;
}

static bool describesStencils(const EmbeddedProfile &Embedded) {
  auto Text = completeProfileText(Embedded.Name, Embedded.Text);
  if (!Text)
    return consumeError(Text.takeError()), false;
  auto Document = JsonDocument::parse(Embedded.Name, *Text);
  if (!Document)
    return consumeError(Document.takeError()), false;
  return Document->root().has("targets");
}

/// The embedded text of this name, null where there is none.
static const EmbeddedProfile *embedded(StringRef Name) {
  auto Found = llvm::find_if(EmbeddedProfiles, [&](const EmbeddedProfile &P) { return P.Name == Name; });
  return Found == std::end(EmbeddedProfiles) ? nullptr : Found;
}

/// The facts that are embedded for the profile, or for the one it extends; null where there are none.
static Expected<const EmbeddedProfile *> embeddedFacts(StringRef Name) {
  for (;;) {
    if (const EmbeddedProfile *Facts = embedded((Name + "-optimize").str()))
      return Facts;
    const EmbeddedProfile *Plain = embedded(Name);
    if (!Plain)
      return nullptr;
    auto Document = JsonDocument::parse(Name, Plain->Text);
    if (!Document)
      return Document.takeError();
    if (!Document->root().has("extends"))
      return nullptr;
    std::string Base = Document->root().string("extends");
    Name = embedded(Base) ? embedded(Base)->Name : StringRef();
  }
}

Expected<Profile> optimizedProfile(const Profile &Interpreter) {
  auto Document = JsonDocument::parse(Interpreter.Name, Interpreter.Text);
  if (!Document)
    return Document.takeError();
  if (auto Facts = embeddedFacts(Interpreter.Name); !Facts) {
    return Facts.takeError();
  } else if (*Facts && !Document->root().has("optimize")) {
    auto Patch = JsonDocument::parse((*Facts)->Name, (*Facts)->Text);
    if (!Patch)
      return Patch.takeError();
    Document->mergePatch(*Patch);
  }
  auto Result = parseProfile(Interpreter.Name, Document->text());
  if (!Result)
    return Result;
  Result->Optimize.IsEnabled = true;
  for (TargetProfile &Target : Result->Targets)
    Target.OptimizeLayout = true;
  for (const auto &[Kind, Function] : Result->Optimize.PatchFunctions)
    Result->PatchFunctions[Kind] = {Function};
  return Result;
}

Expected<Profile> loadProfile(StringRef Name) {
  for (const EmbeddedProfile &Embedded : EmbeddedProfiles)
    if (Embedded.Name == Name && describesStencils(Embedded))
      return parseProfile((Name + ".json").str(), Embedded.Text);
  return makeError("unknown profile '" + Name + "', expected one of " + join(profileNames(), ", "));
}

std::vector<StringRef> profileNames() {
  std::vector<StringRef> Names;
  for (const EmbeddedProfile &Embedded : EmbeddedProfiles)
    if (describesStencils(Embedded))
      Names.push_back(Embedded.Name);
  return Names;
}

} // namespace stencilgen
