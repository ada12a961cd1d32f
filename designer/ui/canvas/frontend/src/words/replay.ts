/** The words of a history that is played. */

export const replay = {
  title: "Replay",
  play: "Play",
  pause: "Pause",
  again: "Play again",
  step: "Step of the replay",
};
