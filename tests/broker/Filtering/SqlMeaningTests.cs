using RocketMQ.Broker.Filtering.Sql;
using RocketMQ.TestSupport;

namespace RocketMQ.Broker.Tests.Filtering;

public class SqlMeaningTests
{
    // Numbers.
    [TestCase("a > 5", "a=6", true)]
    [TestCase("a > 5", "a=5", false)]
    [TestCase("a >= 5", "a=5", true)]
    [TestCase("a < 5", "a=-6", true)]
    [TestCase("a <= 5", "a=5", true)]
    [TestCase("5 < a", "a=6", true)]
    [TestCase("5 > a", "a=6", false)]
    [TestCase("a = 5", "a=5", true)]
    [TestCase("a = 5", "a=+5", true)]
    [TestCase("a = 5", "a=005", true)]
    [TestCase("a <> 5", "a=6", true)]
    [TestCase("a > -5", "a=-4", true)]
    [TestCase("a = - -5", "a=5", true)]
    [TestCase("a = --5", "a=5", true)]
    [TestCase("a = +5", "a=5", true)]
    [TestCase("a > 3.14", "a=3.1415", true)]
    [TestCase("a > 3.1E10", "a=3.1415E10", true)]
    [TestCase("a > .5", "a=0.6", true)]
    [TestCase("a > 5.", "a=6", true)]
    [TestCase("a > 5E-1", "a=1", true)]
    [TestCase("a = 9223372036854775807", "a=9223372036854775807", true)]
    [TestCase("a > 3000000000", "a=3000000001", true)]
    [TestCase("a = 3000000000L", "a=3000000000", true)]
    [TestCase("5 = 5.0", "", true)]
    [TestCase("5 < 3000000000", "", true)]
    [TestCase("9007199254740993 = 9007199254740992.0", "", true)] // a long beside a double loses digits
    // A literal decides what a property has to read as: an int, a long or a double.
    [TestCase("a = 5", "a=5.0", false)]
    [TestCase("a > 5", "a=5.5", false)]
    [TestCase("a > 5", "a=3000000000", false)]
    [TestCase("a > 5", "a= 6", false)]
    [TestCase("a > 5.0", "a= 6 ", true)]
    [TestCase("a > 5.0", "a=6d", true)]
    [TestCase("a > 5.0", "a=Infinity", true)]
    [TestCase("a < 5.0", "a=-Infinity", true)]
    [TestCase("a > 5.0", "a=NaN", true)] // Java orders NaN above all
    [TestCase("a > 5.0", "a=infinity", false)]
    [TestCase("a > 5.0", "a=word", false)]
    [TestCase("a > 5.0", "a=6x", false)]
    // Two properties: texts for =, doubles for order.
    [TestCase("a > b", "a=20;b=10", true)]
    [TestCase("a > b", "a=9;b=10", false)]
    [TestCase("a > b", "a=x;b=y", false)]
    [TestCase("a = b", "a=3.14;b=3.14", true)]
    [TestCase("a = b", "a=5;b=5.0", false)]
    [TestCase("a <> b", "a=3.14;b=3.141", true)]
    [TestCase("a = b", "", true)] // both absent
    // Texts.
    [TestCase("a = 'hello'", "a=hello", true)]
    [TestCase("a = 'hello'", "a=Hello", false)]
    [TestCase("a <> 'hello'", "a=Hello", true)]
    [TestCase("'hello' = a", "a=hello", true)]
    [TestCase("a = 'it''s'", "a=it's", true)]
    [TestCase("TAGS is not null and TAGS='''''tag'''''", "TAGS=''tag''", true)]
    [TestCase("a = '中文😀'", "a=中文😀", true)]
    [TestCase("a = '5'", "a=5", true)]
    [TestCase("5 = '5'", "", true)]
    [TestCase("a = '/* no comment */ -- none'", "a=/* no comment */ -- none", true)]
    // Truths.
    [TestCase("a = TRUE", "a=true", true)]
    [TestCase("a = true", "a=TRUE", true)]
    [TestCase("a = FALSE", "a=anything", true)]
    [TestCase("a = TRUE", "a=1", false)]
    [TestCase("a <> TRUE", "a=1", true)]
    [TestCase("TRUE = a", "a=true", false)] // only this way round is it an error
    [TestCase("a=TRUE OR b=FALSE", "a=false;b=true", false)]
    [TestCase("TRUE", "", true)]
    [TestCase("FALSE", "", false)]
    [TestCase("NULL", "", false)]
    [TestCase("NULL IS NULL", "", true)]
    [TestCase("(a > 5) = TRUE", "a=6", true)]
    [TestCase("(a > 5) = (b > 5)", "a=1;b=2", true)]
    [TestCase("(a > 5) <> (b > 5)", "a=1;b=9", true)]
    [TestCase("5 = TRUE", "", false)]
    [TestCase("5 <> TRUE", "", true)]
    [TestCase("a", "a=true", false)] // a property is a text and no truth
    [TestCase("NOT a", "a=true", true)]
    [TestCase("NOT a", "", false)]
    // IN.
    [TestCase("a in ('3', '4', '5')", "a=4", true)]
    [TestCase("a in ('3', '4', '5')", "a=8", false)]
    [TestCase("a in ('3', '4', '5')", "", false)]
    [TestCase("a not in ('3', '4', '5')", "a=8", true)]
    [TestCase("a not in ('3', '4', '5')", "a=3", false)]
    [TestCase("a not in ('3', '4', '5')", "", false)]
    [TestCase("(a) IN ('x')", "a=x", true)]
    [TestCase("(a not in ('6', '4', '5')) or (b in ('3', '4', '5'))", "a=4;b=3", true)]
    // BETWEEN.
    [TestCase("a between 2 and 10", "a=2", true)]
    [TestCase("a between 2 and 10", "a=10", true)]
    [TestCase("a between 2 and 10", "a=1", false)]
    [TestCase("a between 2 and 10", "a=11", false)]
    [TestCase("a between 2 and 10", "", false)]
    [TestCase("a between 2 and 2", "a=2", true)]
    [TestCase("a not between 2 and 10", "a=1", true)]
    [TestCase("a not between 2 and 10", "a=11", true)]
    [TestCase("a not between 2 and 10", "a=2", false)]
    [TestCase("a not between 2 and 10", "", false)]
    [TestCase("a not between 10 and 2", "a=5", true)]
    [TestCase("a between -5 and 5", "a=0", true)]
    [TestCase("a between 5 and -5", "a=0", false)]
    [TestCase("(a between 2 and 10) AND (b not between 6 and 9)", "a=3;b=10", true)]
    [TestCase("a between b and c and d = 1", "a=2;b=1;c=3;d=1", true)]
    [TestCase("a between up and low", "a=3.14;up=up;low=low", false)]
    [TestCase("a between 0 and 100", "a=abc", false)]
    // NULL.
    [TestCase("a is null", "", true)]
    [TestCase("a is null", "a=2", false)]
    [TestCase("a is not null", "a=2", true)]
    [TestCase("a is not null", "abc=2", false)]
    [TestCase("a is null", "a=", true)] // an empty value is none
    [TestCase("a <> 'x'", "", false)]
    [TestCase("NOT (a = 'x')", "", false)]
    [TestCase("'x' = a", "", false)]
    [TestCase("'x' <> a", "", true)] // only an absent left side is unknown
    [TestCase("a > 5", "", false)]
    [TestCase("NOT (a > 5)", "", false)]
    [TestCase("-a < 5", "a=1", false)] // a property has no negative
    [TestCase("-a IS NULL", "a=1", true)]
    [TestCase("a is null OR a='hello'", "", true)]
    [TestCase("a is null OR a='hello'", "a=abc", false)]
    // AND, OR, NOT; left to right, AND before OR.
    [TestCase("a=3 and b<>4 And c>5 AND d<=4", "a=3;b=5;c=6;d=1", true)]
    [TestCase("a=3 and b<>4 And c>5 AND d<=4", "a=4;b=5;c=6;d=1", false)]
    [TestCase("a=3 or b<>4 Or c>5 OR d<=4", "a=4;b=4;c=3;d=2", true)]
    [TestCase("a=3 or b<>4 Or c>5 OR d<=4", "a=4;b=4;c=3;d=10", false)]
    [TestCase("a=1 or b=1 and c=1", "a=1;b=0;c=0", true)]
    [TestCase("(a=1 or b=1) and c=1", "a=1;b=0;c=0", false)]
    [TestCase("a > 5 OR b = 'x'", "b=x", true)] // unknown OR true
    [TestCase("a > 5 AND b = 'y' OR c = '1'", "b=x;c=1", true)]
    [TestCase("NOT (a > 5 AND b = 'y')", "b=x", true)] // unknown AND false is false
    // An error ends it all: only what stands to its left can still decide.
    [TestCase("a > 5 OR b = 'x'", "a=word;b=x", false)]
    [TestCase("b = 'x' OR a > 5", "a=word;b=x", true)]
    [TestCase("NOT (a > 5)", "a=word", false)]
    [TestCase("NOT (b = 'x' AND a > 5)", "a=word;b=y", true)]
    [TestCase("(a > 5) IS NULL", "a=word", false)]
    [TestCase("a <> 5", "a=word", false)]
    [TestCase("a <> 5", "a=5.5", false)]
    // NOT takes the next operand, and that is a property here.
    [TestCase("NOT a = 'x'", "a=y", false)]
    [TestCase("NOT a IS NULL", "", true)]
    [TestCase("NOT NOT (a = 1)", "a=1", true)]
    // Searches are false, never unknown.
    [TestCase("v contains 'x'", "v=axb", true)]
    [TestCase("v startswith 'ax'", "v=axb", true)]
    [TestCase("v endswith 'xb'", "v=axb", true)]
    [TestCase("v not contains 'x'", "v=axb", false)]
    [TestCase("v not startswith 'ax'", "v=axb", false)]
    [TestCase("v not endswith 'xb'", "v=axb", false)]
    [TestCase("v contains 'x'", "v=abb", false)]
    [TestCase("v not contains 'x'", "v=abb", true)]
    [TestCase("v not startswith 'x'", "v=abb", true)]
    [TestCase("v not endswith 'x'", "v=abb", true)]
    [TestCase("v contains ''", "v=axb", false)]
    [TestCase("v not contains ''", "v=axb", false)]
    [TestCase("v contains 'x'", "", false)]
    [TestCase("v not contains 'x'", "", false)]
    [TestCase("NOT (v not contains 'x')", "", true)]
    [TestCase("'axb' contains 'x'", "", true)]
    [TestCase("'axb' not endswith 'u'", "", true)]
    [TestCase("' ' startswith ' '", "", true)]
    [TestCase("'s' contains '\\'", "", false)]
    [TestCase("5 contains '5'", "", false)]
    [TestCase("v contains '中'", "v=a中b", true)]
    [TestCase("a not in ('4', '4', '5') and b between 3 and 10 and c not contains 'axbc'", "a=3;b=3;c=axbdc", true)]
    // Blanks and comments.
    [TestCase(" \t\r\n\fa\n=\n1 ", "a=1", true)]
    [TestCase("a /* of * / ** all */ = 1", "a=1", true)]
    [TestCase("a = -- one\n 1", "a=1", true)]
    [TestCase("a = 1 -- one", "a=1", true)]
    [TestCase("a=1AND b=2", "a=1;b=2", true)]
    [TestCase("now <= 5", "now=4", true)]
    [TestCase("_a$1 = 1", "_a$1=1", true)]
    [TestCase("inner = 1 AND nullable = 2", "inner=1;nullable=2", true)]
    [TestCase("A = 1", "a=1", false)]
    public void An_expression_means_what_it_means_to_Apache(string expression, string properties, bool matches)
    {
        Assert.That(SqlFilter.TryCompile(expression, out var filter, out var reason), Is.True, reason);
        Assert.That(filter!.Matches(Props.Parse(properties)), Is.EqualTo(matches));
    }

    [Test]
    public void The_last_of_several_values_counts_and_a_missing_final_separator_does_not_matter()
    {
        Assert.That(SqlFilter.TryCompile("a = 2 AND b = 'x\u0001y'", out var filter, out _), Is.True);
        Assert.That(filter!.Matches("a\u00011\u0002a\u00012\u0002ab\u00013\u0002b\u0001x\u0001y"u8), Is.True);
        Assert.That(filter.Matches("a\u00011\u0002b\u0001x\u0001y\u0002"u8), Is.False);
    }

    [Test]
    public void A_property_is_not_mistaken_for_another_whose_name_or_value_contains_its_name()
    {
        Assert.That(SqlFilter.TryCompile("ab = 'x'", out var filter, out _), Is.True);
        foreach (var name in new[] { "ababab", "cab", "abc", "abab" })
            Assert.That(filter!.Matches(Props.Of((name, "x"))), Is.False, name);
        Assert.That(filter!.Matches(Props.Of(("k", "abab\u0001x"))), Is.False);
        Assert.That(filter.Matches(Props.Of(("abab", "y"), ("ab", "x"), ("cab", "z"))), Is.True);
    }

    [Test]
    public void Records_with_no_or_broken_properties_just_do_not_match()
    {
        Assert.That(SqlFilter.TryCompile("a = 2", out var filter, out _), Is.True);
        foreach (var properties in new[] { "", "\u0002", "\u0001\u0002", "a", "a\u0002", "a\u0001", "\u0001a\u00012\u0002", "\u0002\u0002a\u0001\u0002" })
            Assert.That(filter!.Matches(System.Text.Encoding.UTF8.GetBytes(properties)), Is.False, properties);
    }

    [Test]
    public void Evaluation_allocates_nothing()
    {
        const string expression =
            "(num > 10 AND color = 'green') OR price BETWEEN 1.5 AND 3000000000 AND kind IN ('a','b','c') "
            + "OR name NOT CONTAINS 'zz' AND flag = TRUE OR num > price OR other IS NULL AND NOT (x <> -5)";
        Assert.That(SqlFilter.TryCompile(expression, out var filter, out var reason), Is.True, reason);
        var messages = new[]
        {
            Props.Parse("num=11;color=green"), Props.Parse("num=9;price=2.25;kind=c"), Props.Parse("num=x"),
            Props.Parse("num=1;name=abc;flag=true"), Props.Parse("num=1;price=0.123456789012345678901234567890"), Props.Parse("num=1;x=4"),
        };
        var matched = 0;
        var allocated = Allocations.Least(() =>
        {
            for (var i = 0; i < 10_000; i++)
                matched += filter!.Matches(messages[i % messages.Length]) ? 1 : 0;
        });
        Assert.That(allocated, Is.Zero);
        Assert.That(matched, Is.GreaterThan(0));
    }

    [Test]
    public void Nested_betweens_evaluate_their_value_once()
    {
        // Each level doubles the work if the value is evaluated per bound.
        var expression = "x";
        for (var i = 0; i < 40; i++)
            expression = $"-({expression} between a and b)";
        Assert.That(SqlFilter.TryCompile($"{expression} IS NULL", out var filter, out var reason), Is.True, reason);
        Assert.That(filter!.Matches(Props.Parse("x=1;a=0;b=2")), Is.True);
    }
}
