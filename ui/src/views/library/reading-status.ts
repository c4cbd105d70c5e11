/** The reading statuses as choices. */
import { t } from '../../messages/index.svelte';
import { READING_STATUSES } from './counts';

/** In the order shown to readers, and none at the end. */
export function statusChoices() {
  return [
    ...READING_STATUSES.map((value) => ({ value, label: t().collections.statuses[value] })),
    { value: 'none' as const, label: t().collections.noStatus },
  ];
}
