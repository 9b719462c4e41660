/** Tabs of a device's page beside the live one, which needs no word in the address. */
export const deviceTabs = ['events', 'records', 'gaps', 'alarms', 'configuration', 'maintenance', 'audit'] as const;
