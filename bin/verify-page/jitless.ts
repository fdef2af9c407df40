import { config } from 'zod';

// Zod would try whether it may compile code, which the page's policy forbids and the browser's console would report.
config({ jitless: true });
