export function MeetingsCard() {
  return null;
}
