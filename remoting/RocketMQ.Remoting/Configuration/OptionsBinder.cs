using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Reflection;
using System.Runtime.CompilerServices;

namespace RocketMQ.Remoting.Configuration;

/// <summary>
/// Binds Java-style properties to option records: a property <c>ListenPort</c> is the key <c>listenPort</c>. One file may hold the keys
/// of several records; a key that belongs to none is refused, with the nearest known name, unless it is known to do nothing here.
/// </summary>
public static class OptionsBinder
{
    /// <summary>Longer than any key there is: what is longer is not compared with each of them.</summary>
    private const int MaxKeyLength = 100;

    /// <summary>An effective setting: what it is, where it came from, what it would be by itself.</summary>
    public readonly record struct Setting(string Key, string Value, string Source, string Default);

    /// <summary>The record with every key of its own set from <paramref name="properties"/>.</summary>
    /// <exception cref="ConfigurationException">A value does not fit its key.</exception>
    public static TOptions Bind<TOptions>(JavaProperties properties)
        where TOptions : class => Bind(properties, Activator.CreateInstance<TOptions>());

    /// <summary>A record of the caller's own with every key set anew that <paramref name="properties"/> have.</summary>
    /// <exception cref="ConfigurationException">A value does not fit its key.</exception>
    public static TOptions Bind<TOptions>(JavaProperties properties, TOptions options)
        where TOptions : class
    {
        foreach (var property in Keys(typeof(TOptions)))
        {
            foreach (var key in NamesOf(property))
            {
                if (properties.Entries.TryGetValue(key, out var entry))
                {
                    var value = Convert(property.PropertyType, key, entry, properties.Source);
                    CheckRange(property, value, key, entry, properties.Source);
                    property.SetValue(options, value);
                }
            }
        }

        return options;
    }

    /// <summary>Checks that every key belongs to one of the records.</summary>
    /// <param name="properties">The configuration as read.</param>
    /// <param name="ignored">Keys that are known but change nothing here, and what happens instead.</param>
    /// <param name="listed">What shows all keys, for a key that is like none.</param>
    /// <param name="records">The option records that the file is bound to.</param>
    /// <returns>The ignored keys that the configuration sets, each with what happens instead.</returns>
    /// <exception cref="ConfigurationException">A key is not known.</exception>
    public static IReadOnlyList<(string Key, string Instead)> CheckKeys(
        JavaProperties properties, IReadOnlyDictionary<string, string> ignored, string listed, params Type[] records)
    {
        var known = records.SelectMany(NamesOf).ToHashSet(StringComparer.Ordinal);
        var passedOver = new List<(string, string)>();
        foreach (var (key, entry) in properties.Entries)
        {
            if (known.Contains(key))
            {
                continue;
            }

            passedOver.Add(ignored.TryGetValue(key, out var instead)
                ? (key, instead)
                : throw new ConfigurationException(
                    $"{Place(properties.Source, entry.Line)}unknown key '{Shown(key)}'. {Suggest(key, known.Concat(ignored.Keys), listed)}"));
        }

        return passedOver;
    }

    /// <summary>Every key of a record as it stands.</summary>
    public static IEnumerable<Setting> Describe<TOptions>(TOptions options, JavaProperties properties)
        where TOptions : class
    {
        var defaults = Activator.CreateInstance<TOptions>();
        foreach (var property in Keys(typeof(TOptions)))
        {
            var key = KeyOf(property);
            var given = NamesOf(property).LastOrDefault(properties.Entries.ContainsKey);
            var source = given is not null && properties.Entries[given] is var entry
                ? entry.Line > 0 ? $"{properties.Source}:{entry.Line}" : "command line"
                : "default";
            yield return new Setting(key, Shown(property, property.GetValue(options)), source, Format(property.GetValue(defaults)));
        }
    }

    /// <summary>All names that files may have for a record's keys.</summary>
    public static IEnumerable<string> NamesOf(Type record) => Keys(record).SelectMany(NamesOf);

    /// <summary>All names of a property's key; where a file has several, the last counts.</summary>
    private static string[] NamesOf(PropertyInfo property) => property.GetCustomAttribute<KeyAttribute>() is { } named
        ? [.. named.AlsoKnownAs, named.Name]
        : [char.ToLowerInvariant(property.Name[0]) + property.Name[1..]];

    private static string Shown(PropertyInfo property, object? value) =>
        value is string { Length: > 0 } && property.DeclaringType?.GetCustomAttribute<SecretsAttribute>()?.Names.Contains(property.Name) == true ? "******" : Format(value);

    /// <summary>The key of a property: the one it names (<see cref="KeyAttribute"/>), or else its name with a small first letter.</summary>
    public static string KeyOf(PropertyInfo property) => NamesOf(property)[^1];

    /// <summary>Every property that is a word or a number; records within a record have keys of their own.</summary>
    public static IEnumerable<PropertyInfo> Keys(Type record) => record.GetProperties(BindingFlags.Public | BindingFlags.Instance)
        .Where(p => p.CanWrite && (p.PropertyType.IsValueType || p.PropertyType == typeof(string)));

    /// <summary>Whether a setting may change while what it sets runs: its property can be set, not only initialised.</summary>
    public static bool IsLive(PropertyInfo property) =>
        property.SetMethod is { } setter && !setter.ReturnParameter.GetRequiredCustomModifiers().Contains(typeof(IsExternalInit));

    /// <summary>A value as Java prints it: enums in capitals, booleans in small letters.</summary>
    public static string Format(object? value) => value switch
    {
        null => "",
        bool truth => truth ? "true" : "false",
        Enum name => EnumNames(name.GetType())[name.ToString()],
        IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
        _ => value.ToString() ?? "",
    };

    private static object? Convert(Type type, string key, JavaProperties.Entry entry, string source)
    {
        var text = entry.Value.Trim();
        if (Nullable.GetUnderlyingType(type) is { } inner)
        {
            if (text.Length == 0)
            {
                return null;
            }

            type = inner;
        }

        if (type == typeof(string))
        {
            return text;
        }

        if (type == typeof(bool))
        {
            return bool.TryParse(text, out var truth) ? truth : throw Wrong("true or false");
        }

        if (type == typeof(int))
        {
            return int.TryParse(text, CultureInfo.InvariantCulture, out var number) ? number : throw Wrong("a whole number of 32 bits");
        }

        if (type == typeof(long))
        {
            return long.TryParse(text, CultureInfo.InvariantCulture, out var number) ? number : throw Wrong("a whole number");
        }

        if (type.IsEnum)
        {
            var names = EnumNames(type);
            var name = names.FirstOrDefault(n => string.Equals(n.Value, text, StringComparison.OrdinalIgnoreCase)).Key;
            return name is null ? throw Wrong($"one of {string.Join(", ", names.Values)}") : Enum.Parse(type, name);
        }

        throw new NotSupportedException($"{key} is of type {type.Name}, which no configuration file holds.");

        ConfigurationException Wrong(string wanted) => new($"{Place(source, entry.Line)}{key}={text} is not {wanted}.");
    }

    /// <summary>Numbers lie within the property's <see cref="RangeAttribute"/>; without one they are not negative.</summary>
    private static void CheckRange(PropertyInfo property, object? value, string key, JavaProperties.Entry entry, string source)
    {
        if (value is not (int or long))
        {
            return;
        }

        var number = System.Convert.ToInt64(value, CultureInfo.InvariantCulture);
        var range = property.GetCustomAttribute<RangeAttribute>();
        var least = range is null ? 0 : System.Convert.ToInt64(range.Minimum, CultureInfo.InvariantCulture);
        var most = range is null ? long.MaxValue : System.Convert.ToInt64(range.Maximum, CultureInfo.InvariantCulture);
        if (number < least || number > most)
        {
            var allowed = most is long.MaxValue or int.MaxValue ? $"at least {least}" : $"from {least} to {most}";
            throw new ConfigurationException($"{Place(source, entry.Line)}{key}={number} is not {allowed}.");
        }
    }

    /// <summary>Names of an enum, each with its Java spelling: <c>AsyncFlush</c> is <c>ASYNC_FLUSH</c>.</summary>
    private static Dictionary<string, string> EnumNames(Type type) => Enum.GetNames(type).ToDictionary(
        n => n,
        n => string.Concat(n.Select((c, i) => i > 0 && char.IsUpper(c) ? $"_{c}" : char.ToUpperInvariant(c).ToString())),
        StringComparer.Ordinal);

    private static string Place(string source, int line) =>
        line > 0 ? string.Create(CultureInfo.InvariantCulture, $"{source} line {line}: ") : "";

    /// <summary>A key as a sentence shows it: one that is longer than any key is cut.</summary>
    private static string Shown(string key) => key.Length <= MaxKeyLength ? key : $"{key[..MaxKeyLength]}… ({key.Length} characters)";

    /// <summary>The nearest known key, unless even that has little to do with this one.</summary>
    private static string Suggest(string key, IEnumerable<string> known, string listed)
    {
        if (key.Length > MaxKeyLength)
        {
            return $"No key is so long; {listed} lists them all.";
        }

        var (nearest, distance) = known
            .Select(name => (Name: name, Distance: Distance(key.ToUpperInvariant(), name.ToUpperInvariant())))
            .MinBy(candidate => candidate.Distance);
        return distance <= Math.Max(2, key.Length / 2) ? $"Did you mean '{nearest}'?" : $"No known key is like it; {listed} lists them all.";
    }

    /// <summary>Edits (insert, delete, replace) between two words.</summary>
    private static int Distance(string a, string b)
    {
        var row = Enumerable.Range(0, b.Length + 1).ToArray();
        for (var i = 1; i <= a.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= b.Length; j++)
            {
                var above = row[j];
                row[j] = Math.Min(Math.Min(row[j] + 1, row[j - 1] + 1), diagonal + (a[i - 1] == b[j - 1] ? 0 : 1));
                diagonal = above;
            }
        }

        return row[b.Length];
    }
}
