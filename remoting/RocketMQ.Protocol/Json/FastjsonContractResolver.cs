using Newtonsoft.Json;
using Newtonsoft.Json.Serialization;

namespace RocketMQ.Protocol.Json;

/// <summary>Names properties as Java beans do, orders them as fastjson does, and chooses the converters of maps, collections and enums.</summary>
internal sealed class FastjsonContractResolver : DefaultContractResolver
{
    public FastjsonContractResolver() => NamingStrategy = new Decapitalised();

    protected override IList<JsonProperty> CreateProperties(Type type, MemberSerialization memberSerialization) =>
        [.. base.CreateProperties(type, memberSerialization).OrderBy(property => property.PropertyName, StringComparer.Ordinal)];

    protected override JsonConverter? ResolveContractConverter(Type objectType)
    {
        if (base.ResolveContractConverter(objectType) is { } declared)
        {
            return declared;
        }

        if (objectType.IsEnum)
        {
            return Create(typeof(EnumConverter<>), objectType);
        }

        if (!objectType.IsGenericType)
        {
            return null;
        }

        var arguments = objectType.GetGenericArguments();
        var definition = objectType.GetGenericTypeDefinition();
        return definition == typeof(Dictionary<,>) ? Create(typeof(MapConverter<,>), arguments)
            : definition == typeof(List<>) ? Create(typeof(ListConverter<>), arguments)
            : definition == typeof(HashSet<>) ? Create(typeof(SetConverter<>), arguments)
            : null;
    }

    private static JsonConverter Create(Type converter, params Type[] arguments) =>
        (JsonConverter)Activator.CreateInstance(converter.MakeGenericType(arguments))!;

    private sealed class Decapitalised : NamingStrategy
    {
        protected override string ResolvePropertyName(string name) => char.ToLowerInvariant(name[0]) + name[1..];
    }
}
