using System.Collections.Concurrent;
using System.Collections.Frozen;
using System.Globalization;
using System.Reflection;

namespace RocketMQ.Protocol.Codes;

/// <summary>The constants of a code class by value, under the names Apache gives them.</summary>
internal sealed class CodeNames
{
    private readonly FrozenDictionary<int, string> _names;

    /// <summary>Of the codes that have a name: asked for with each request while rights are checked.</summary>
    private readonly ConcurrentDictionary<int, string> _described = new();

    private CodeNames(FrozenDictionary<int, string> names) => _names = names;

    public string this[int code] => _names.TryGetValue(code, out var name) ? name : code.ToString(CultureInfo.InvariantCulture);

    public bool Has(int code) => _names.ContainsKey(code);

    /// <summary>For people: the name with the number behind it, or the number alone when nobody named it.</summary>
    public string Describe(int code) => !_names.ContainsKey(code)
        ? code.ToString(CultureInfo.InvariantCulture)
        : _described.GetOrAdd(code, static (named, names) => string.Create(CultureInfo.InvariantCulture, $"{names[named]} ({named})"), _names);

    public static CodeNames Of(Type constants)
    {
        var names = new Dictionary<int, string>();
        foreach (var field in constants.GetFields(BindingFlags.Public | BindingFlags.Static).Where(field => field.IsLiteral))
        {
            // Where two versions gave one number two meanings, the current one is declared first.
            names.TryAdd((int)field.GetRawConstantValue()!, ApacheName.Of(field.Name));
        }

        return new CodeNames(names.ToFrozenDictionary());
    }
}
