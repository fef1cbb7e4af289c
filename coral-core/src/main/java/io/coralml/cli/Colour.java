package io.coralml.cli;

/** The colours of the command line, as every terminal knows them. */
enum Colour {
  RED(31),
  GREEN(32),
  YELLOW(33),
  CYAN(36),
  BOLD(1);

  private final int code;

  Colour(int code) {
    this.code = code;
  }

  /** Returns the text between the sequences that begin and end the colour. */
  String paint(String text) {
    return "\u001b[" + code + "m" + text + "\u001b[0m";
  }
}
