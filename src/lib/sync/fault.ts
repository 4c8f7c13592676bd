/** Makes a fault of our own code visible where faults are looked for, without ending what runs. */
export const reportFault = (error: unknown): void => {
	queueMicrotask(() => {
		throw error;
	});
};
