// A tone and a vibration that differ for each overall answer; never the only sign of it. Made of a
// sine by the browser itself: a phone that is silenced stays silent.

const CHOICE = "signals"; // whether they are wanted; kept on the device
const SIGNALS = {
  valid: { notes: [[880, 0, 0.09], [1320, 0.1, 0.16]], shake: [60] },
  not_valid: { notes: [[220, 0, 0.22], [165, 0.28, 0.34]], shake: [220, 90, 220] },
  cannot_tell: { notes: [[440, 0, 0.12], [440, 0.24, 0.12]], shake: [90, 60, 90, 60, 90] },
};
const LOUDNESS = 0.18;

let context = null;

function wanted() {
  return localStorage.getItem(CHOICE) !== "off";
}

// Called when somebody presses a button: browsers allow sound only from there.
export function wake() {
  if (!wanted() || !("AudioContext" in self)) return;
  context ??= new AudioContext();
  context.resume().catch(() => undefined);
}

export function signal(overall) {
  const chosen = SIGNALS[overall];
  if (!wanted() || chosen === undefined) return;
  if (navigator.userActivation?.hasBeenActive) navigator.vibrate?.(chosen.shake);
  if (context?.state === "running") chosen.notes.forEach(([pitch, after, length]) => play(pitch, after, length));
}

function play(pitch, after, length) {
  const start = context.currentTime + after;
  const tone = context.createOscillator();
  const volume = context.createGain();
  tone.frequency.value = pitch;
  volume.gain.setValueAtTime(0, start);
  volume.gain.linearRampToValueAtTime(LOUDNESS, start + 0.01);
  volume.gain.setValueAtTime(LOUDNESS, start + length - 0.02);
  volume.gain.linearRampToValueAtTime(0, start + length);
  tone.connect(volume).connect(context.destination);
  tone.start(start);
  tone.stop(start + length);
}
