const two = (part: number): string => String(part).padStart(2, '0');

/** `at` (ms since the epoch) as a datetime-local input writes it, by the clock of the device. */
export function toLocalInput(at: number): string {
	const day = new Date(at);
	const date = [day.getFullYear(), two(day.getMonth() + 1), two(day.getDate())].join('-');
	return `${date}T${two(day.getHours())}:${two(day.getMinutes())}`;
}

/** Milliseconds since the epoch; undefined while the input is not complete. */
export function fromLocalInput(written: string): number | undefined {
	const at = new Date(written).getTime();
	return Number.isNaN(at) ? undefined : at;
}
