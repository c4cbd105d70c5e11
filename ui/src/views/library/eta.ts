/** Remaining time as text. */
import { t } from '../../messages/index.svelte';

/** `null` while the time is unknown. */
export function formatEta(seconds: number | null): string | null {
  if (seconds === null) return null;
  if (seconds < 45) return t().eta.soon;
  if (seconds < 3_000) return t().eta.minutes(Math.max(1, Math.round(seconds / 60)));
  return t().eta.hours(Math.max(1, Math.round(seconds / 3600)));
}
