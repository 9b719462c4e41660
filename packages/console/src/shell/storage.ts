/** What a person chose on this browser. Never holds campus data; a browser that refuses storage forgets the choice, nothing else. */
export interface Choices {
  read(name: string): string | undefined;
  write(name: string, value: string): void;
}

const prefix = 'cardwatch.';

export const browserChoices: Choices = {
  read(name) {
    try {
      return localStorage.getItem(prefix + name) ?? undefined;
    } catch {
      return undefined;
    }
  },
  write(name, value) {
    try {
      localStorage.setItem(prefix + name, value);
    } catch {
      // a private window without storage: the choice lasts as long as the page
    }
  },
};
