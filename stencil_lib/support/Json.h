// Reading JSON documents of a known shape (profiles, manifests) with errors that say where: file and JSON
// path. One policy for all: all errors are reported in one run, and an unknown member is an error that names
// the nearest known one.
#ifndef STENCILGEN_SUPPORT_JSON_H
#define STENCILGEN_SUPPORT_JSON_H

#include "nlohmann/json.hpp"
#include "support/Limits.h"
#include "llvm/ADT/STLFunctionalExtras.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"
#include <map>
#include <string>
#include <vector>

namespace stencilgen {

class JsonObject;

/// A parsed document. What is not as expected is remembered; readers go on with empty values and the caller
/// asks takeError() once at the end.
class JsonDocument {
public:
  /// Parses \p Text; \p File names it in errors. Errors: not JSON (with line and column), not an object,
  /// nested deeper than MaxJsonDepth, a number beyond what a double can hold.
  static llvm::Expected<JsonDocument> parse(llvm::StringRef File, llvm::StringRef Text);

  JsonObject root();

  /// Changes this document as \p Patch says: RFC 7396, JSON Merge Patch.
  void mergePatch(const JsonDocument &Patch);
  /// Leaves out the root's member \p Key.
  void remove(llvm::StringRef Key);
  /// The document as text, one member a line.
  std::string text() const;

  /// The errors met while reading, and one for each unknown member: a member of an object that was read which
  /// no reader asked for. Success if there are no errors. At most MaxErrors are reported.
  llvm::Error takeError();

private:
  friend class JsonObject;
  static constexpr size_t MaxErrors = 50, MaxRemembered = 1000;
  /// An object that was read, and the members that were asked for.
  struct Visit {
    std::string Path;
    std::vector<std::string> Asked;
  };
  void addUnknownMembers();

  std::string File;
  nlohmann::ordered_json Root;
  std::vector<std::string> Errors;
  std::map<const nlohmann::ordered_json *, Visit> Visits;
  std::vector<const nlohmann::ordered_json *> Order; ///< of the visits
};

/// An object within a document. Every getter records an error when the member is absent or of another type.
class JsonObject {
public:
  bool has(llvm::StringRef Key) const;
  /// Notes that the member is known, although this reader does not read it.
  void allow(llvm::StringRef Key) const { has(Key); }
  /// The same for all members.
  void allowAll() const;
  /// A text without control characters: it may become part of a line, a C comment, a path.
  std::string string(llvm::StringRef Key);
  bool boolean(llvm::StringRef Key);
  /// A whole number of 0 to \p Max.
  uint64_t number(llvm::StringRef Key, uint64_t Max = UINT64_MAX);
  int64_t signedNumber(llvm::StringRef Key);
  /// Bytes as pairs of hexadecimal digits.
  std::vector<uint8_t> bytes(llvm::StringRef Key);
  std::vector<std::string> strings(llvm::StringRef Key);
  /// The members of the object \p Key, which are all strings, in the order of the document.
  std::vector<std::pair<std::string, std::string>> stringMembers(llvm::StringRef Key);
  /// The same where a member may also be a list of strings, of one at least.
  std::vector<std::pair<std::string, std::vector<std::string>>> stringListMembers(llvm::StringRef Key);
  /// The names of the members of the object \p Key.
  std::vector<std::string> memberNames(llvm::StringRef Key);
  JsonObject object(llvm::StringRef Key);
  /// Calls \p Visit with each element of the array \p Key, which are all objects.
  void forEach(llvm::StringRef Key, llvm::function_ref<void(JsonObject)> Visit);
  /// Records that the member \p Key is not what was expected.
  void fail(llvm::StringRef Key, const llvm::Twine &Expected);

private:
  friend class JsonDocument;
  JsonObject(JsonDocument &Document, const nlohmann::ordered_json &Value, std::string Path);
  bool isText(const nlohmann::ordered_json &Value, llvm::StringRef Key);
  const nlohmann::ordered_json *find(llvm::StringRef Key) const;

  JsonDocument *Document;
  const nlohmann::ordered_json *Value;
  std::string Path;
};

/// Formatting a document must not throw: bytes that are no UTF-8 become U+FFFD.
inline std::string jsonText(const nlohmann::ordered_json &Value, int Indent = -1) {
  return Value.dump(Indent, ' ', /*ensure_ascii=*/false, nlohmann::ordered_json::error_handler_t::replace);
}

} // namespace stencilgen

#endif
