#include "src/base/decimal.hpp"

#include <gtest/gtest.h>

namespace ratbench {
namespace {

std::string canonical(std::string_view text) {
  const auto value = Decimal::parse(text);
  return value ? value->text() : "refused";
}

TEST(Decimal, WritesEqualNumbersEqually) {
  for (const char* text : {"0.1", "0.10", "1e-1", "+0.1", "10E-2", "0.01e+1", "0.1000e0"})
    EXPECT_EQ(canonical(text), "0.1") << text;
  for (const char* text : {"20", "2e1", "20.0", "200e-1", "0.2e2"})
    EXPECT_EQ(canonical(text), "20") << text;
  for (const char* text : {"0", "-0", "0.0", "-0e5", "0e-3"})
    EXPECT_EQ(canonical(text), "0") << text;
  EXPECT_EQ(canonical("-3.50"), "-3.5");
  EXPECT_EQ(canonical("1e-5"), "0.00001");
}

TEST(Decimal, KeepsDigitsThatADoubleWouldLose) {
  EXPECT_EQ(canonical("0.10000000000000000001"), "0.10000000000000000001");
  EXPECT_NE(canonical("9007199254740993"), canonical("9007199254740992"));
}

TEST(Decimal, RefusesWhatIsNoNumber) {
  for (const char* text : {"", "+", "-", ".", ".5", "5.", "1e", "1e+", "1e+-5", "1e1.5", "--1",
                           "1 ", " 1", "1x", "nan", "inf", "0x10", "1,5", "1e999999999999"})
    EXPECT_EQ(canonical(text), "refused") << "'" << text << "'";
}

TEST(Decimal, IsLimitedTo400Digits) {
  EXPECT_EQ(canonical("1e399").size(), 400U);
  EXPECT_EQ(canonical("1e400"), "refused");
  EXPECT_EQ(canonical("1e-400").size(), 402U);
  EXPECT_EQ(canonical("1e-401"), "refused");
}

TEST(Decimal, TellsIntegersFromReals) {
  EXPECT_TRUE(Decimal::parse("2e1")->is_integer());
  EXPECT_FALSE(Decimal::parse("0.5")->is_integer());
  EXPECT_EQ(Decimal::parse("-12")->integer(), -12);
  EXPECT_EQ(Decimal::parse("9223372036854775807")->integer(), 9223372036854775807LL);
  EXPECT_EQ(Decimal::parse("9223372036854775808")->integer(), std::nullopt);
  EXPECT_EQ(Decimal::parse("0.5")->integer(), std::nullopt);
  EXPECT_EQ(Decimal::of(-40).text(), "-40");
  EXPECT_EQ(Decimal::parse("0.1")->real(), 0.1);
}

}  // namespace
}  // namespace ratbench
