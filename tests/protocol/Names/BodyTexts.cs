using System.Collections;
using System.Reflection;

namespace RocketMQ.Protocol.Tests.Names;

/// <summary>Bodies of a type, each with one of its texts made what is no name: of properties, lists and keys of maps, at any depth.
/// The leaf is the type and property that the text stands in.</summary>
internal static class BodyTexts
{
    private const string Illegal = "../a\nb";

    public static IEnumerable<(string Path, string Leaf, object Body)> EachMadeIllegal(Type type)
    {
        foreach (var property in type.GetProperties(BindingFlags.Public | BindingFlags.Instance).Where(property => property.SetMethod is not null))
        {
            foreach (var (path, leaf, value) in Values(property.PropertyType))
            {
                var body = Activator.CreateInstance(type)!;
                property.SetValue(body, value);
                yield return ($"{type.Name}.{property.Name}{path}", leaf ?? $"{type.Name}.{property.Name}", body);
            }
        }
    }

    private static IEnumerable<(string Path, string? Leaf, object Value)> Values(Type type)
    {
        if (type == typeof(string))
        {
            return [("", null, Illegal)];
        }

        if (type.IsGenericType && type.GetGenericTypeDefinition() == typeof(Dictionary<,>))
        {
            var (key, value) = (type.GetGenericArguments()[0], type.GetGenericArguments()[1]);
            return Values(key).Select(each => ($"[key]{each.Path}", each.Leaf, Map(type, each.Value, Any(value))))
                .Concat(Values(value).Select(each => ($"[value]{each.Path}", each.Leaf, Map(type, Any(key), each.Value))));
        }

        if (type.IsGenericType && type.IsAssignableTo(typeof(IEnumerable)))
        {
            var item = type.GetGenericArguments()[0];
            return Values(item).Select(each => ($"[]{each.Path}", each.Leaf, Collection(type, each.Value)));
        }

        return type.Namespace == typeof(Protocol.Bodies.HeartbeatData).Namespace && type.IsClass
            ? EachMadeIllegal(type).Select(each => (each.Path[type.Name.Length..], (string?)each.Leaf, each.Body))
            : [];
    }

    private static object Any(Type type) => type == typeof(string) ? "any" : type == typeof(byte[]) ? Array.Empty<byte>() : Activator.CreateInstance(type)!;

    private static object Map(Type type, object key, object value)
    {
        var map = (IDictionary)Activator.CreateInstance(type)!;
        map.Add(key, value);
        return map;
    }

    private static object Collection(Type type, object item)
    {
        var collection = Activator.CreateInstance(type)!;
        type.GetMethod("Add", [type.GetGenericArguments()[0]])!.Invoke(collection, [item]);
        return collection;
    }
}
