// librime, asked for what keys can become: a row of keys a line in, its first candidates a line out.
#include <rime_api.h>
#include <stdio.h>
#include <string.h>

enum { CANDIDATES = 10 };

int main(int count, char** arguments) {
  if (count != 2) return 2;
  RimeApi* rime = rime_get_api();
  RIME_STRUCT(RimeTraits, traits);
  traits.shared_data_dir = "/usr/share/rime-data";
  traits.user_data_dir = arguments[1];
  traits.app_name = "rime.peer";
  traits.min_log_level = 3;
  rime->setup(&traits);
  rime->initialize(&traits);
  if (rime->start_maintenance(True)) rime->join_maintenance_thread();
  char keys[256];
  while (fgets(keys, sizeof keys, stdin)) {
    keys[strcspn(keys, "\n")] = 0;
    RimeSessionId session = rime->create_session();
    if (!rime->select_schema(session, "pinyin_simp")) return 3;
    rime->simulate_key_sequence(session, keys);
    RimeCandidateListIterator candidates;
    memset(&candidates, 0, sizeof candidates);
    if (rime->candidate_list_begin(session, &candidates)) {
      for (int n = 0; n < CANDIDATES && rime->candidate_list_next(&candidates); n++)
        printf("%s\t", candidates.candidate.text);
      rime->candidate_list_end(&candidates);
    }
    putchar('\n');
    fflush(stdout);
    rime->destroy_session(session);
  }
  rime->finalize();
  return 0;
}
