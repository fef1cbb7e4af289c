package io.coralml.format;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Each file of the folder is named for the one rule it breaks. */
@DisplayName("A hostile npz file is refused in one sentence that names it and the rule:")
class NpzHostileTest {
  private static final String FOLDER = "hostile-npz";
  private static final String SUFFIX = ".npz";

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          bomb-size-beyond-deflate          | CORRUPT     | the member "a.npy" claims 1073741824 bytes from 82
          cut-short                         | CORRUPT     | it has no end-of-directory record
          directory-beyond-the-file         | CORRUPT     | its directory does not lie in the file
          directory-claims-60000-members    | CORRUPT     | it claims 60000 members in a directory of 51 bytes
          directory-malformed               | CORRUPT     | its directory is malformed
          empty                             | CORRUPT     | it has no end-of-directory record
          member-a-damaged-array            | CORRUPT     | its shape 2 asks for 2 elements of 4 bytes and it holds 7 bytes
          member-beyond-the-directory       | CORRUPT     | the member "a.npy" reaches into the directory
          member-not-an-array               | CORRUPT     | has the member "a.txt", which is no npy array
          members-overlap                   | CORRUPT     | two of its members overlap
          name-absolute                     | CORRUPT     | the name "/etc/evil.npy" of a member could lead out of a folder
          name-backslash                    | CORRUPT     | the name "..\\u005cevil.npy" of a member could lead out of a folder
          name-differs-in-front-of-the-data | CORRUPT     | the member "a.npy" has another name in front of its data
          name-drive                        | CORRUPT     | the name "C:evil.npy" of a member could lead out of a folder
          name-empty                        | CORRUPT     | the name "\\u0000.npy" of a member could lead out of a folder
          name-parent-folder                | CORRUPT     | the name "../../evil.npy" of a member could lead out of a folder
          name-twice-sharing-data           | CORRUPT     | the member "a.npy" occurs twice
          name-twice                        | CORRUPT     | the member "a.npy" occurs twice
          no-end-record                     | CORRUPT     | it has no end-of-directory record
          reading-fewer-bytes-than-claimed  | CORRUPT     | holds fewer than the 100078 bytes it claims
          reading-more-bytes-than-claimed   | CORRUPT     | holds more than the 100067 bytes it claims
          reading-stored-wrong-checksum     | CORRUPT     | does not match its checksum
          reading-wrong-checksum            | CORRUPT     | does not match its checksum
          several-disks                     | UNSUPPORTED | is spread over several disks
          stored-size-differs               | CORRUPT     | the member "a.npy" claims 1073741824 bytes from 76
          unsupported-encrypted             | UNSUPPORTED | has the member "a.npy", encrypted or compressed by method 0, which is not supported
          unsupported-method                | UNSUPPORTED | has the member "a.npy", encrypted or compressed by method 12, which is not supported
          zip64-locator-missing             | CORRUPT     | the zip64 end record does not lie in the file
          """)
  void refused(String file, HostileFiles.Refusal refusal, String rule) {
    HostileFiles.assertRefused(HostileFiles.named(FOLDER, file + SUFFIX), Npz::open, refusal, rule);
  }

  @Test
  @DisplayName("and the list above names every file of the folder")
  void complete() {
    HostileFiles.assertAllTried(getClass(), FOLDER, SUFFIX);
  }
}
