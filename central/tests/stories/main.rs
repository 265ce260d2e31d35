//! Central's stories, one file each: the real program or its parts over real TLS, on SQLite, on PostgreSQL, and on two
//! instances beside each other. They are one program, because linking each alone took longer than running all of them.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a story that breaks should panic"
)]

mod a_catalogue_is_taken_whole;
mod a_cluster_dies_under_load;
mod a_copy_comes_back;
mod a_kill_loses_nothing;
mod a_rating_is_by_who_applied;
mod alarms_are_told;
mod an_entry_takes_effect_once;
mod answers_and_refusals;
mod anyone_may_check_a_certificate;
mod bills_are_shown_or_refused;
mod counter_cases;
mod drafts_of_phones;
mod every_bad_read_gets_its_problem;
mod faults_are_written_and_settled;
mod fees_are_paid_by_the_case;
mod instant_approval;
mod money_is_never_lost;
mod operators_log_in;
mod orders_are_paid_once;
mod own_cases;
mod papers_come_with_an_application;
#[path = "../../../tests/support/phone.rs"]
mod phone;
mod pictures_come_from_a_phone;
mod places_are_booked;
mod reconciliation_finds_differences;
mod settings_roll_out;
mod staged_projects;
mod strangers_stay_outside;
mod support;
mod technicians_are_given_codes;
mod terminals_are_enrolled;
mod the_catalogue_is_judged;
mod the_city_has_its_peak;
mod the_console_in_a_browser;
mod the_fleet_is_looked_after;
mod the_interface_is_published;
mod what_does_not_wait;
mod what_is_over_is_erased;
mod what_operators_did_is_a_chain;
mod who_runs_it_sees_how_it_is;
