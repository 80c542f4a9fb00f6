// See Manifest.h.
#include "emit/Manifest.h"
#include "emit/Listing.h"
#include "stencil/Verifier.h"
#include "support/Diagnostic.h"
#include "support/File.h"
#include "support/Json.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"

using namespace llvm;
using Json = nlohmann::ordered_json;

namespace stencilgen {

namespace {

Json toJson(const Stencil &S) {
  Json Holes = Json::array();
  for (const Hole &H : S.Holes) {
    Json Entry = {{"offset", H.Offset}, {"kind", fixupKindInfo(H.Kind).Spelling.str()}};
    if (!H.RawRelocation.empty())
      Entry["relocation"] = H.RawRelocation;
    if (!H.Value.empty())
      Entry["value"] = H.Value;
    if (!H.Symbol.empty())
      Entry["symbol"] = H.Symbol;
    Entry["addend"] = H.Addend;
    Holes.push_back(std::move(Entry));
  }
  return {{"bytes", toHex(S.Bytes, /*LowerCase=*/true)}, {"holes", std::move(Holes)}};
}

Json toJson(const CaseInfo &Info) {
  Json Result = {{"name", Info.Uop}};
  if (Info.Opcode)
    Result["opcode"] = *Info.Opcode;
  Result["inputs"] = Info.Inputs;
  Result["outputs"] = Info.Outputs;
  Result["operands"] = Info.Operands;
  Result["properties"] = Info.Properties;
  if (Info.CachedIn)
    Result["cachedIn"] = *Info.CachedIn;
  if (Info.CachedOut)
    Result["cachedOut"] = *Info.CachedOut;
  return Result;
}

Json toJson(const StencilGroup &Group, const Disassembler *Listing) {
  Json Result = {{"name", Group.Name}};
  if (!Group.File.empty())
    Result["definition"] = {{"file", Group.File}, {"line", Group.Line}};
  if (Group.Info)
    Result["uop"] = toJson(*Group.Info);
  if (Group.Ends)
    Result["ends"] = true;
  Result["code"] = toJson(Group.Code);
  Result["data"] = toJson(Group.Data);
  if (Listing)
    Result["disassembly"] = codeListing(Group.Code, *Listing);
  return Result;
}

Json headerToJson(const StencilSet &Set) {
  Json Result = {{"expressions", Json::object()}};
  for (const auto &[Value, Expression] : Set.Expressions)
    Result["expressions"][Value] = Expression;
  for (const auto &[Value, Bits] : Set.Widths)
    Result["widths"][Value] = Bits;
  writeHeaderForm(Set.Header, Result);
  return Result;
}

Json layoutsToJson(const StencilSet &Set) {
  Json Layouts = Json::array();
  for (const RecordLayout &Record : Set.Layouts) {
    Json Members = Json::array();
    for (const auto &[Path, Offset] : Record.Members)
      Members.push_back({{"path", Path}, {"offset", Offset}});
    Json Layout = {{"record", Record.Name}, {"include", Record.Include}};
    if (Record.Size)
      Layout["size"] = *Record.Size;
    Layout["members"] = std::move(Members);
    Layouts.push_back(std::move(Layout));
  }
  return Layouts;
}

Json savesToJson(const StencilSet &Set) {
  Json Saves = Json::array();
  for (const SaveSlot &Slot : Set.Saves)
    Saves.push_back({{"region", Slot.Region},
                     {"parameter", Slot.Parameter},
                     {"offset", Slot.Offset},
                     {"convention", Slot.Convention}});
  return Saves;
}

Json functionsToJson(const StencilSet &Set) {
  Json Functions = Json::array();
  for (const auto &[Name, Takes] : Set.Functions) {
    Json Function = {{"name", Name}, {"integers", Takes.Integers}};
    if (Takes.Floats)
      Function["floats"] = Takes.Floats;
    if (Takes.IsVariadic)
      Function["variadic"] = true;
    Functions.push_back(std::move(Function));
  }
  return Functions;
}

/// Of MicroOpSource.
constexpr StringLiteral SourceNames[] = {"agreed", "definitions", "cases"};

Json toJson(const Recipe &How) {
  Json Result = {{"command", How.Command},
                 {"debug", How.Debug},
                 {"freeThreaded", How.FreeThreaded},
                 {"withOtherDebug", How.WithOtherDebug},
                 {"withOtherFreeThreaded", How.WithOtherFreeThreaded},
                 {"cfProtection", How.CfProtection},
                 {"layoutAsserts", How.LayoutAsserts},
                 {"disassembly", How.Disassembly},
                 {"sysroot", How.Sysroot}};
  if (How.Optimize)
    Result["optimize"] = true;
  Result["source"] = SourceNames[static_cast<size_t>(How.Source)].str();
  if (How.Cases)
    Result["cases"] = {{"root", How.Cases->Root}, {"path", How.Cases->Path}};
  Result["compilerFlags"] = How.CompilerFlags;
  return Result;
}

Recipe readRecipe(JsonObject Object) {
  Recipe How;
  How.Command = Object.string("command");
  How.Debug = Object.boolean("debug");
  How.FreeThreaded = Object.boolean("freeThreaded");
  How.WithOtherDebug = Object.boolean("withOtherDebug");
  How.WithOtherFreeThreaded = Object.boolean("withOtherFreeThreaded");
  How.CfProtection = Object.boolean("cfProtection");
  How.Optimize = Object.has("optimize") && Object.boolean("optimize");
  How.LayoutAsserts = Object.boolean("layoutAsserts");
  How.Disassembly = Object.boolean("disassembly");
  How.Sysroot = Object.boolean("sysroot");
  std::string Source = Object.string("source");
  if (auto *Name = llvm::find(SourceNames, Source); Name != std::end(SourceNames))
    How.Source = static_cast<MicroOpSource>(Name - SourceNames);
  else
    Object.fail("source", "agreed, definitions or cases, found '" + Source + "'");
  if (Object.has("cases")) {
    JsonObject Cases = Object.object("cases");
    How.Cases = {Cases.string("root"), Cases.string("path")};
  }
  How.CompilerFlags = Object.strings("compilerFlags");
  return How;
}

/// A digest. Any other text might not stay in the comment that a header begins with.
std::string readDigest(JsonObject Object, StringRef Key) {
  std::string Digest = Object.string(Key);
  if (!isSha256(Digest))
    Object.fail(Key, "64 hexadecimal digits");
  return Digest;
}

/// Where the seal of a manifest begins. Nothing in a JSON string looks like it: a newline is escaped there.
constexpr StringLiteral SealStart = ",\n \"seal\": \"";

RecordLayout readLayout(JsonObject Object) {
  RecordLayout Layout{Object.string("record"), Object.string("include"), std::nullopt, {}};
  if (Object.has("size"))
    Layout.Size = Object.number("size");
  Object.forEach("members",
                 [&](JsonObject Member) { Layout.Members[Member.string("path")] = Member.number("offset"); });
  return Layout;
}

Prototype readPrototype(JsonObject Object) {
  Prototype Takes{static_cast<unsigned>(Object.number("integers", UINT32_MAX))};
  if (Object.has("floats"))
    Takes.Floats = static_cast<unsigned>(Object.number("floats", UINT32_MAX));
  Takes.IsVariadic = Object.has("variadic") && Object.boolean("variadic");
  return Takes;
}

Stencil readStencil(JsonObject Object) {
  Stencil S;
  S.Bytes = Object.bytes("bytes");
  Object.forEach("holes", [&](JsonObject Entry) {
    auto Optional = [&](StringRef Key) { return Entry.has(Key) ? Entry.string(Key) : std::string(); };
    S.Holes.push_back(
        {Entry.number("offset"), readFixupKind(Entry, "kind", Entry.string("kind"), "a fixup kind"),
         Optional("relocation"), Optional("value"), Optional("symbol"), Entry.signedNumber("addend")});
  });
  return S;
}

CaseInfo readInfo(JsonObject Object) {
  auto Optional = [&](StringRef Key) {
    return Object.has(Key) ? std::optional<unsigned>(Object.number(Key, UINT32_MAX)) : std::nullopt;
  };
  CaseInfo Info;
  Info.Uop = Object.string("name");
  Info.Opcode = Optional("opcode");
  Info.Inputs = Object.strings("inputs");
  Info.Outputs = Object.strings("outputs");
  Info.Operands = Object.strings("operands");
  Info.Properties = Object.strings("properties");
  Info.CachedIn = Optional("cachedIn");
  Info.CachedOut = Optional("cachedOut");
  return Info;
}

StencilGroup readGroup(JsonObject Object) {
  StencilGroup Group;
  Group.Name = Object.string("name");
  if (Object.has("definition")) {
    JsonObject Definition = Object.object("definition");
    Group.File = Definition.string("file");
    Group.Line = static_cast<unsigned>(Definition.number("line", UINT32_MAX));
  }
  if (Object.has("uop"))
    Group.Info = readInfo(Object.object("uop"));
  Group.Ends = Object.has("ends") && Object.boolean("ends");
  Group.Code = readStencil(Object.object("code"));
  Group.Data = readStencil(Object.object("data"));
  Object.allow("disassembly");
  return Group;
}

} // namespace

std::string writeManifest(const StencilSet &Set, const Disassembler *Listing) {
  Json Inputs = Json::array(), Files = Json::array(), Groups = Json::array();
  for (const SetFile &File : Set.Files)
    Files.push_back({{"name", File.Name}, {"sha256", File.Sha256}});
  for (const InputFile &Input : Set.Inputs)
    Inputs.push_back({{"root", Input.Root}, {"path", Input.Path}, {"sha256", Input.Sha256}});
  for (const StencilGroup &Group : Set.Groups)
    Groups.push_back(toJson(Group, Listing));
  Json Root = {
      {"manifest", ManifestVersion},
      {"generator", {{"name", "stencilgen"}, {"version", Set.ToolVersion}, {"llvm", Set.LLVMVersion}}},
      {"profile", {{"name", Set.ProfileName}, {"revision", Set.ProfileRevision}}},
      {"target", {{"triple", Set.Triple}, {"condition", Set.Condition}}},
      {"debug", Set.Debug},
      {"command", Set.Command},
      {"recipe", toJson(Set.How)},
      {"flags", Set.Flags},
      {"inputs", std::move(Inputs)},
      {"digest", Set.Digest},
      {"files", std::move(Files)},
      {"header", headerToJson(Set)},
      {"layouts", layoutsToJson(Set)},
      {"symbols", externalSymbols(Set)}};
  if (!Set.Saves.empty())
    Root["saves"] = savesToJson(Set);
  if (!Set.Functions.empty())
    Root["functions"] = functionsToJson(Set);
  if (Set.Shim)
    Root["shim"] = toJson(*Set.Shim, Listing);
  Root["stencils"] = std::move(Groups);
  std::string Text = jsonText(Root, 1);
  Text.resize(Text.size() - StringRef("\n}").size());
  std::string Seal = sha256Hex(Text);
  return Text + SealStart.str() + Seal + "\"\n}\n";
}

bool isSealed(StringRef Text) {
  size_t Start = Text.rfind(SealStart);
  if (Start == StringRef::npos)
    return false;
  return Text.drop_front(Start + SealStart.size()) == sha256Hex(Text.take_front(Start)) + "\"\n}\n";
}

Expected<StencilSet> readManifest(StringRef File, StringRef Text) {
  auto Document = JsonDocument::parse(File, Text);
  if (!Document)
    return Document.takeError();
  JsonObject Root = Document->root();
  if (Root.number("manifest") != ManifestVersion)
    Root.fail("manifest", "version " + Twine(ManifestVersion));

  StencilSet Set;
  JsonObject Generator = Root.object("generator"), Profile = Root.object("profile"),
             Target = Root.object("target"), Header = Root.object("header");
  Set.ToolVersion = Generator.string("version");
  Set.LLVMVersion = Generator.string("llvm");
  Set.ProfileName = Profile.string("name");
  Set.ProfileRevision = Profile.number("revision");
  Set.Triple = Target.string("triple");
  Set.Condition = Target.string("condition");
  Set.Debug = Root.boolean("debug");
  Set.Command = Root.string("command");
  if (Root.has("recipe")) // manifests of older versions have neither this nor files
    Set.How = readRecipe(Root.object("recipe"));
  Set.Flags = Root.strings("flags");
  Root.forEach("inputs", [&](JsonObject Input) {
    Set.Inputs.push_back({Input.string("root"), Input.string("path"), Input.string("sha256")});
  });
  Set.Digest = readDigest(Root, "digest");
  if (Root.has("files"))
    Root.forEach("files", [&](JsonObject File) {
      Set.Files.push_back({File.string("name"), readDigest(File, "sha256")});
    });
  for (StringRef Derived : {"symbols", "seal"})
    Root.allow(Derived);
  Generator.allow("name");
  Set.Expressions = Header.stringMembers("expressions");
  if (Header.has("widths"))
    Set.Widths = readWidths(Header, "widths");
  Set.Header = readHeaderForm(Header);
  if (Root.has("layouts"))
    Root.forEach("layouts", [&](JsonObject Layout) { Set.Layouts.push_back(readLayout(Layout)); });
  if (Root.has("saves"))
    Root.forEach("saves", [&](JsonObject Slot) {
      Set.Saves.push_back({Slot.string("region"), static_cast<unsigned>(Slot.number("parameter", 16)),
                           Slot.number("offset", UINT16_MAX), Slot.string("convention")});
    });
  if (Root.has("functions"))
    Root.forEach("functions", [&](JsonObject Function) {
      Set.Functions[Function.string("name")] = readPrototype(Function);
    });
  if (Root.has("shim"))
    Set.Shim = readGroup(Root.object("shim"));
  Root.forEach("stencils", [&](JsonObject Group) { Set.Groups.push_back(readGroup(Group)); });
  if (Error E = Document->takeError())
    return E;

  if (Error E = withFile(verifyStencils(Set), File))
    return E;
  return Set;
}

} // namespace stencilgen
