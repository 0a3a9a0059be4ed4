#include "harness/corpus/synthetic_phrases.hpp"

namespace ratbench::corpus {
namespace {

using Phrase = std::string_view;

constexpr Phrase kStruckHappenings[] = {
    "was struck by", "was hit by",      "was crushed under", "was pinned against",
    "was caught in", "was squeezed by", "was buried under",  "was knocked over by"};
constexpr Phrase kStruckThings[] = {"a falling beam",    "a swinging load",  "a stack of lumber",
                                    "a collapsing wall", "a concrete slab",  "a loose pipe",
                                    "the rotating drum", "a dropped wrench", "a trench wall",
                                    "a steel plate",     "a conveyor belt",  "a sheet of plywood"};
constexpr Phrase kStruckInjuries[] = {"a fractured skull", "a crushed hand", "broken ribs",
                                      "an amputated finger", "a bruised chest"};

constexpr Phrase kFallHappenings[] = {"fell from",           "slipped off",  "tripped over",
                                      "lost his footing on", "fell through", "stepped off",
                                      "fell backwards from"};
constexpr Phrase kFallThings[] = {"a ladder",        "the scaffold",  "the roof edge",
                                  "a skylight",      "an open shaft", "a wet stairway",
                                  "a steel joist",   "a loose plank", "the second floor",
                                  "an icy platform", "a balcony",     "the top plate"};
constexpr Phrase kFallInjuries[] = {"a fractured hip", "a broken wrist", "a concussion",
                                    "a broken ankle", "a fractured pelvis"};

constexpr Phrase kExposureHappenings[] = {
    "was shocked by",         "was electrocuted by", "inhaled",          "was overcome by",
    "came into contact with", "was poisoned by",     "was splashed with"};
constexpr Phrase kExposureThings[] = {"a live wire",        "an overhead power line",
                                      "carbon monoxide",    "chlorine fumes",
                                      "an energised panel", "hydrogen sulphide",
                                      "caustic lye",        "paint solvent vapour",
                                      "extreme heat",       "wet cement",
                                      "argon gas",          "a frayed cable"};
constexpr Phrase kExposureInjuries[] = {"cardiac arrest", "electrical burns", "heat stroke",
                                        "damage to the lungs", "chemical burns"};

constexpr Phrase kTransportHappenings[] = {
    "was run over by", "was backed over by", "overturned",           "lost control of",
    "collided with",   "was thrown from",    "was dragged along by", "drove off the road in"};
constexpr Phrase kTransportThings[] = {"a dump truck",   "a forklift",        "a road grader",
                                       "a passing car",  "a motor scraper",   "a pickup truck",
                                       "a water tanker", "an asphalt roller", "a front end loader",
                                       "a semitrailer",  "a skid steer",      "a delivery van"};
constexpr Phrase kTransportInjuries[] = {"multiple injuries", "a broken leg", "a severed foot",
                                         "internal bleeding", "a broken neck"};

constexpr Phrase kFireHappenings[] = {
    "was burned when a spark ignited", "was burned by a flash from",
    "was caught in an explosion of",   "was engulfed by flames from",
    "was scorched by burning",         "was thrown by the blast of",
    "was trapped by a blaze of",       "was lighting"};
constexpr Phrase kFireThings[] = {"a propane cylinder",
                                  "gasoline vapour",
                                  "an acetylene torch",
                                  "a fuel drum",
                                  "roofing tar",
                                  "natural gas",
                                  "sawdust",
                                  "a pressure vessel",
                                  "lacquer thinner",
                                  "a heater hose",
                                  "a hydraulic oil leak",
                                  "blasting powder"};
constexpr Phrase kFireInjuries[] = {"second degree burns", "third degree burns", "smoke inhalation",
                                    "singed airways", "burned hands"};

constexpr Phrase kExertionHappenings[] = {
    "strained his back lifting",     "pulled a muscle carrying",
    "twisted his knee moving",       "felt a sharp pain pushing",
    "tore a tendon pulling",         "overexerted himself shovelling",
    "wrenched his shoulder turning", "collapsed from fatigue hauling",
    "sprained his wrist bending",    "ruptured a disc raising"};
constexpr Phrase kExertionThings[] = {"bags of mortar",  "a heavy door",   "rolls of carpet",
                                      "a cast iron tub", "wet gravel",     "bundles of rebar",
                                      "a drywall panel", "a jammed valve", "buckets of grout",
                                      "a window frame",  "cinder blocks",  "a generator by hand"};
constexpr Phrase kExertionInjuries[] = {"a hernia", "a herniated disc", "a torn ligament",
                                        "a muscle strain", "exhaustion"};

constexpr Phrase kViolenceHappenings[] = {
    "was stabbed by",  "was shot by",       "was punched by", "was bitten by",    "was stung by",
    "was attacked by", "was threatened by", "was kicked by",  "was assaulted by", "was robbed by"};
constexpr Phrase kViolenceThings[] = {"a coworker after an argument",
                                      "an armed intruder",
                                      "a swarm of wasps",
                                      "a guard dog",
                                      "an angry customer",
                                      "a rattlesnake",
                                      "a former employee",
                                      "a frightened horse",
                                      "a trespasser",
                                      "a colony of bees",
                                      "an unknown assailant",
                                      "a stray bull"};
constexpr Phrase kViolenceInjuries[] = {"a gunshot wound", "a knife wound", "bite wounds",
                                        "an allergic reaction", "facial bruises"};

constexpr Phrase kVagueHappenings[] = {"was injured by", "was hurt in an incident with",
                                       "had an accident with", "was harmed by",
                                       "was found injured beside"};
constexpr Phrase kPersons[] = {"an employee", "a worker",        "a labourer",
                               "a carpenter", "an apprentice",   "the foreman",
                               "an operator", "a subcontractor", "a crew member"};
constexpr Phrase kActivities[] = {
    "installing insulation",   "preparing the formwork",   "cleaning the work area",
    "unloading material",      "inspecting the site",      "repairing a pump",
    "painting a corridor",     "setting up the equipment", "measuring an opening",
    "taking down a partition", "walking to the office",    "waiting for instructions",
    "welding a bracket",       "operating a saw",          "guiding a crane"};
constexpr Phrase kPlaces[] = {
    "a residential project",   "a highway bridge",        "a warehouse",      "a school renovation",
    "an office tower",         "a water treatment plant", "a parking garage", "a shopping centre",
    "a pipeline right of way", "a farm building",         "a hospital wing",  "a railway yard"};
constexpr Phrase kRemarks[] = {"The supervisor had left the area shortly before.",
                               "Coworkers called the emergency services.",
                               "No training records were available.",
                               "The weather was clear and dry.",
                               "The crew had started its shift two hours earlier.",
                               "Protective equipment was provided but not worn.",
                               "There were no other witnesses.",
                               "The employer had held a safety meeting that morning.",
                               "The area had not been barricaded.",
                               "The equipment had been inspected the week before.",
                               "A ladder and several tools were found nearby.",
                               "Power had been turned off in the rest of the building."};
constexpr Phrase kMonths[] = {"January",   "February", "March",    "April",
                              "May",       "June",     "July",     "August",
                              "September", "October",  "November", "December"};

// In alphabetical order, which is the label order.
constexpr std::array<ClassPhrases, kReportClasses> kClasses = {{
    {"EXPOSURE", kExposureHappenings, kExposureThings, kExposureInjuries},
    {"FALL", kFallHappenings, kFallThings, kFallInjuries},
    {"FIRE", kFireHappenings, kFireThings, kFireInjuries},
    {"OVEREXERTION", kExertionHappenings, kExertionThings, kExertionInjuries},
    {"STRUCK OR CAUGHT", kStruckHappenings, kStruckThings, kStruckInjuries},
    {"TRANSPORT", kTransportHappenings, kTransportThings, kTransportInjuries},
    {"VIOLENCE OR ANIMAL", kViolenceHappenings, kViolenceThings, kViolenceInjuries},
}};

constexpr SharedPhrases kShared = {kVagueHappenings, kPersons, kActivities,
                                   kPlaces,          kRemarks, kMonths};

}  // namespace

const std::array<ClassPhrases, kReportClasses>& class_phrases() { return kClasses; }
const SharedPhrases& shared_phrases() { return kShared; }

}  // namespace ratbench::corpus
